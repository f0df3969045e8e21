// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/**
 * Makes `from` like `to`, touching only what differs, so that focus, selection, scroll positions and opened details
 * stay. Elements are matched by id, else by place and name. One with `data-keep` keeps its children.
 *
 * @param {Element} from
 * @param {Element} to
 */
export function morph(from, to) {
  attributes(from, to);
  if (from.hasAttribute("data-keep")) {
    from.dispatchEvent(new CustomEvent("console:kept", { bubbles: true }));
    return;
  }
  children(from, to);
}

/** What people change by hand stays as they left it. */
const THEIRS = new Map([["DETAILS", ["open"]], ["INPUT", ["value"]]]);

/**
 * @param {Element} from
 * @param {Element} to
 */
function attributes(from, to) {
  const theirs = THEIRS.get(from.tagName) ?? [];
  // What only the page's script says about a kept element is not the server's to take away.
  const own = from.hasAttribute("data-keep") ? ["data-state", "hidden", "aria-label", "role"] : [];
  for (const { name } of [...from.attributes]) {
    if (!to.hasAttribute(name) && !theirs.includes(name) && !own.includes(name)) from.removeAttribute(name);
  }
  for (const { name, value } of [...to.attributes]) {
    if (theirs.includes(name) || own.includes(name)) continue;
    if (from.getAttribute(name) !== value) from.setAttribute(name, value);
  }
}

/**
 * @param {Element} from
 * @param {Element} to
 */
function children(from, to) {
  const byId = new Map();
  for (const child of from.children) if (child.id !== "") byId.set(child.id, child);
  /** @type {ChildNode | null} */
  let place = from.firstChild;
  for (const wanted of [...to.childNodes]) {
    const found = counterpart(place, wanted, byId);
    if (found === undefined) {
      from.insertBefore(wanted, place);
      continue;
    }
    if (found === place) place = place.nextSibling;
    else from.insertBefore(found, place);
    if (found instanceof Element && wanted instanceof Element) morph(found, wanted);
    else if (found.nodeValue !== wanted.nodeValue) found.nodeValue = wanted.nodeValue;
  }
  while (place !== null) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/**
 * @param {ChildNode | null} place
 * @param {ChildNode} wanted
 * @param {Map<string, Element>} byId
 * @returns {ChildNode | undefined}
 */
function counterpart(place, wanted, byId) {
  if (wanted instanceof Element && wanted.id !== "") {
    const same = byId.get(wanted.id);
    return same?.tagName === wanted.tagName ? same : undefined;
  }
  if (place === null || place.nodeType !== wanted.nodeType || place.nodeName !== wanted.nodeName) return undefined;
  // An element that has a place of its own is not made into another.
  return place instanceof Element && place.id !== "" ? undefined : place;
}
