// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import { refresh } from "./live.js";

/** Sends replies, copies postmortems, searches while one types. */
export function listenToForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    if (form.dataset.reply !== undefined) {
      event.preventDefault();
      reply(form);
    } else if (form.dataset.send !== undefined) {
      event.preventDefault();
      send(form);
    } else if (form.hasAttribute("data-search")) {
      event.preventDefault();
      search(form);
    }
  });
  document.addEventListener("keydown", (event) => {
    const area = event.target;
    if (!(area instanceof HTMLTextAreaElement) || !area.form?.hasAttribute("data-reply")) return;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    area.form.requestSubmit();
  });
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (button?.dataset.suggest !== undefined) suggest(button);
    if (button?.dataset.copy !== undefined) copy(button);
  });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let typing;
  document.addEventListener("input", (event) => {
    const form = event.target instanceof Element ? event.target.closest("form[data-search]") : null;
    if (!(form instanceof HTMLFormElement)) return;
    clearTimeout(typing);
    typing = setTimeout(() => search(form), 200);
  });
}

/** The message's own id, the same for each try: however often it is sent, it is handled once. */
let draft = { text: "", id: "" };

/** @param {HTMLFormElement} form */
async function reply(form) {
  const area = form.querySelector("textarea");
  const text = area?.value.trim() ?? "";
  if (!area || text === "") return;
  if (draft.text !== text) draft = { text, id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
  const answer = await post(form, form.dataset.reply ?? "", { text, from: "console", id: draft.id });
  if (answer === undefined) return;
  draft = { text: "", id: "" };
  area.value = "";
  outcome(form, answer.replies?.join(" ") || "Sent.");
  refresh();
}

/**
 * A form whose fields are one JSON body.
 *
 * @param {HTMLFormElement} form
 */
async function send(form) {
  /** @type {Record<string, unknown>} */
  const body = {};
  for (const [name, value] of new FormData(form)) {
    const input = form.elements.namedItem(name);
    const text = String(value);
    if (text !== "") body[name] = input instanceof HTMLInputElement && input.type === "number" ? Number(text) : text;
  }
  const answer = await post(form, form.dataset.send ?? "", body);
  if (answer === undefined) return;
  outcome(form, answer.message ?? "Done.");
  refresh();
}

/**
 * @param {HTMLFormElement} form
 * @param {string} url
 * @param {unknown} body
 * @returns {Promise<any>} what was answered; undefined when it failed, which has been told
 */
async function post(form, url, body) {
  if (form.dataset.busy !== undefined) return undefined;
  form.dataset.busy = "";
  outcome(form, "Sending…");
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(15_000),
    });
    const answer = await response.json().catch(() => ({}));
    if (response.ok) return answer;
    outcome(form, answer.message ?? `The agent answered ${response.status}.`, true);
  } catch {
    outcome(form, "The agent did not answer. Your text is still here: send it again.", true);
  } finally {
    delete form.dataset.busy;
  }
  return undefined;
}

/**
 * @param {HTMLFormElement} form
 * @param {string} text
 * @param {boolean} [failed]
 */
function outcome(form, text, failed = false) {
  const element = form.querySelector("[data-outcome]");
  if (!element) return;
  element.textContent = text;
  element.classList.toggle("failed", failed);
}

/** @param {HTMLButtonElement} button */
function suggest(button) {
  const area = button.form?.querySelector("textarea");
  if (!area) return;
  area.value = button.dataset.suggest ?? "";
  area.focus();
}

/** What stands on a button while it tells of no outcome. @type {WeakMap<HTMLButtonElement, string>} */
const labels = new WeakMap();

/** @param {HTMLButtonElement} button */
async function copy(button) {
  const label = labels.get(button) ?? button.textContent ?? "";
  labels.set(button, label);
  try {
    const response = await fetch(button.dataset.copy ?? "");
    if (!response.ok) throw new Error(`${response.status}`);
    await navigator.clipboard.writeText(await response.text());
    button.textContent = "Copied";
  } catch {
    button.textContent = "Cannot copy: download it";
  }
  setTimeout(() => button.textContent = label, 2_000);
}

/** @param {HTMLFormElement} form */
function search(form) {
  const given = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (String(value).trim() !== "") given.set(name, String(value).trim());
  }
  const text = given.toString();
  history.replaceState(null, "", text === "" ? form.action : `${form.action}?${text}`);
  refresh();
}
