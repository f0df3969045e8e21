// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** Opens the evidence that a link leads to, and the code that a place leads to. */
export function openEvidence() {
  const open = () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target instanceof HTMLDetailsElement) reveal(target);
  };
  globalThis.addEventListener("hashchange", open);
  document.addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a[href^='#']") : null;
    if (!(link instanceof HTMLAnchorElement)) return;
    if (link.dataset.opens) {
      const code = [...document.querySelectorAll("details[data-evidence]")].find((details) =>
        details.querySelector(".source .marked")
      );
      if (code) link.hash = code.id;
    }
    // The same link a second time changes no address, but what it leads to may have been closed.
    if (link.hash === location.hash) open();
  });
  open();
}

/** @param {HTMLDetailsElement} details */
function reveal(details) {
  details.open = true;
  details.querySelector("summary")?.focus({ preventScroll: true });
  details.scrollIntoView({ block: "start" });
  const marked = details.querySelector(".marked");
  const box = marked?.closest(".source");
  if (marked instanceof HTMLElement && box) box.scrollTop = marked.offsetTop - box.clientHeight / 3;
}
