// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

/** How far the agent's clock is ahead of this machine's, in milliseconds. */
let aheadMs = 0;

/** Keeps every "3 min ago" current, by the agent's clock. */
export function keepAges() {
  const measure = () => aheadMs = Date.parse(document.body.dataset.now ?? "") - Date.now() || 0;
  measure();
  document.addEventListener("console:fresh", () => {
    measure();
    show();
  });
  setInterval(show, 1_000);
}

function show() {
  const now = Date.now() + aheadMs;
  for (const element of document.querySelectorAll("time[data-ago]")) {
    const text = span(now - Date.parse(element.getAttribute("datetime") ?? ""));
    if (element.textContent !== text) element.textContent = text;
  }
}

/**
 * The two largest units, as the server's `spanText` writes them; a test holds the two together.
 *
 * @param {number} ms
 */
export function span(ms) {
  const seconds = Math.max(0, Math.round(ms / 1_000));
  /** @type {[number, string][]} */
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3_600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "min"],
    [seconds % 60, "s"],
  ];
  const first = parts.findIndex(([n]) => n > 0);
  if (first === -1) return "0 s";
  return parts.slice(first, first + 2).filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`).join(" ");
}
