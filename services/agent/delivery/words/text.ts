export { clock, inThePast } from "../../../lib/incident/mod.ts";

/** Words on one line: control characters and runs of white space become one space. */
export function oneLine(text: string): string {
  // deno-lint-ignore no-control-regex
  return text.replaceAll(/[\s\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069]+/g, " ").trim();
}

/** The first sentence of a text, with its full stop; dots inside names, numbers, paths and quotations don't end it. */
export function firstSentence(text: string): string {
  const line = oneLine(text);
  const plain = line.replaceAll(/`[^`]*`/g, (quotation) => "`".repeat(quotation.length));
  const end = /[.!?](?=\s+["'(]?[A-Z0-9]|$)/.exec(plain);
  return finished(end === null ? line : line.slice(0, end.index + 1));
}

/** At most `max` characters: whole sentences where one fits, else whole words and an ellipsis. */
export function cutAtSentence(text: string, max: number): string {
  if (text.length <= max) return text;
  const head = text.slice(0, max);
  const ends = [...head.matchAll(/[.!?](?=\s|$)|\n/g)];
  const last = ends.at(-1);
  if (last !== undefined && last.index >= max / 3) return text.slice(0, last.index + 1).trimEnd();
  const space = head.slice(0, max - 1).lastIndexOf(" ");
  return `${wholeCharacters(text.slice(0, space > max / 2 ? space : max - 1)).trimEnd()}…`;
}

/** Drops half of a surrogate pair left at the end by a cut. */
export function wholeCharacters(text: string): string {
  return /[\ud800-\udbff]$/.test(text) ? text.slice(0, -1) : text;
}

/** With a full stop unless it has its end. */
export function finished(text: string): string {
  return text === "" || /[.!?…:]$/.test(text) ? text : `${text}.`;
}

/** A share as per cent, with one digit after the point: `0.382` is `38.2 %`. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1).replace(/\.0$/, "")} %`;
}
