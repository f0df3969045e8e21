/** Most characters of a response that are read, and that are shown. */
const READ = 4_000;
const TOLD = 240;

/** What a plain-text or HTML answer says, in one line; empty when it says nothing. */
export function wordsOf(text: string): string {
  const head = text.slice(0, READ);
  return oneLine(/^\s*(?:<!doctype|<html|<head|<body|<\?xml|<h1)/i.test(head) ? pageWords(head) : head);
}

/** What a JSON answer says of its error, wherever usual servers put that; empty when it says nothing. */
export function errorWords(body: unknown): string {
  if (typeof body === "string") return oneLine(body);
  if (body === null || typeof body !== "object") return "";
  const fields = body as Record<string, unknown>;
  for (const name of ["error", "message", "msg", "detail", "details", "reason", "title", "errors"]) {
    const value = Array.isArray(fields[name]) ? fields[name][0] : fields[name];
    const words = errorWords(value);
    if (words !== "") return words;
  }
  return "";
}

/** The title and the body of a page, without what is for browsers. */
function pageWords(page: string): string {
  const bare = withoutTags(page).trim();
  const title = textOf(page, "title") || textOf(page, "h1");
  return title !== "" && !bare.startsWith(title) ? `${title}: ${bare}` : bare;
}

/** The text between the first `<name>` and its end. */
function textOf(page: string, name: string): string {
  const lower = page.toLowerCase();
  const start = lower.indexOf(`<${name}`);
  const open = start < 0 ? -1 : lower.indexOf(">", start);
  const end = open < 0 ? -1 : lower.indexOf(`</${name}`, open);
  return end < 0 ? "" : oneLine(withoutTags(page.slice(open + 1, end)));
}

/** Text outside of tags, scripts, styles and the head's title. */
function withoutTags(page: string): string {
  const lower = page.toLowerCase();
  let out = "";
  let at = 0;
  while (at < page.length) {
    const open = page.indexOf("<", at);
    if (open < 0) return out + page.slice(at);
    out += `${page.slice(at, open)} `;
    const hidden = ["script", "style", "title"].find((name) => lower.startsWith(`<${name}`, open));
    const from = hidden === undefined ? open : lower.indexOf(`</${hidden}`, open);
    const close = from < 0 ? -1 : page.indexOf(">", from);
    if (close < 0) return out;
    at = close + 1;
  }
  return out;
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', nbsp: " ", "#39": "'" };

function oneLine(text: string): string {
  const plain = text.slice(0, READ).replaceAll(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name) => ENTITIES[name]!)
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\s\u0000-\u001f\u007f\u2028\u2029]+/g, " ").trim();
  return plain.length > TOLD ? `${plain.slice(0, TOLD)}…` : plain;
}
