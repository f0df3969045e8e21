// @ts-check
/// <reference lib="dom" />
/// <reference lib="dom.iterable" />

const WORDS = new Map([["ok", "OK"], ["failed", "failed"], ["skipped", "not set up"]]);

/** Looks at each integration, which takes some seconds, and says how it is. */
export async function fillChecks() {
  const place = document.querySelector("[data-checks]");
  if (!(place instanceof HTMLElement)) return;
  try {
    const response = await fetch(place.dataset.checks ?? "", { signal: AbortSignal.timeout(30_000) });
    if (!response.ok) throw new Error(`the agent answered ${response.status}`);
    /** @type {{ checks: { name: string, state: string, text: string }[] }} */
    const { checks } = await response.json();
    const list = document.createElement("ul");
    list.className = "checks";
    for (const { name, state, text } of checks) {
      const item = document.createElement("li");
      item.className = `check-${state}`;
      const title = document.createElement("b");
      title.textContent = name;
      const tag = document.createElement("span");
      tag.className = `tag check-tag-${state}`;
      tag.textContent = WORDS.get(state) ?? state;
      const words = document.createElement("span");
      words.textContent = text;
      item.append(title, " ", tag, " ", words);
      list.append(item);
    }
    place.replaceChildren(list);
  } catch (error) {
    const text = document.createElement("p");
    text.className = "failed";
    text.textContent = `Cannot check the integrations: ${error instanceof Error ? error.message : error}.`;
    place.replaceChildren(text);
  }
}
