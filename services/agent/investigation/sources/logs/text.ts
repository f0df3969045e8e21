/** Longest part of a line that patterns see, in characters; a longer JSON line is parsed whole, up to `LONGEST_JSON`. */
export const LONGEST_LINE = 4_000;
/** A JSON line beyond this is read like any other text: by its beginning. */
export const LONGEST_JSON = 2 ** 20;

const ESC = "\\u001b";
/** Terminal sequences, also as loggers and syslog daemons write the escape character out. */
const ANSI = new RegExp(
  `(?:${ESC}|\\u009b|#033|\\\\(?:x1b|x1B|u001b|u001B|033|e)|\\^\\[)\\[[0-9;:?]{0,40}[A-Za-z]` +
    `|${ESC}\\][^\\u0007${ESC}]{0,400}(?:\\u0007|${ESC}\\\\)|${ESC}[@-Z\\\\^_=>()]?`,
  "g",
);
const CONTROL =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;
/** Whether there is anything to clean; most lines hold nothing of it. */
const UNCLEAN =
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u00a0\u200b-\u200f\u202a-\u202f\u2060-\u2069\ufeff\ufff0-\uffff]|#033\[|\\(?:x1b|x1B|u001b|u001B|033|e)\[|\^\[\[/;
const BREAK = /\r\n|[\n\r\u0085\u2028\u2029]/;

/** Text of a log's bytes: UTF-8, UTF-16 with or without its mark, and what is neither as Windows-1252, line by line. */
export function decode(bytes: Uint8Array): string {
  const wide = wideEncoding(bytes);
  if (wide !== null) return new TextDecoder(wide).decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return decodeByLine(bytes);
  }
}

function wideEncoding(bytes: Uint8Array): "utf-16le" | "utf-16be" | null {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  // Without its mark (the file is read from its end): every other byte of plain text is 0.
  const sample = bytes.subarray(0, 4096 & ~1);
  if (sample.length < 4) return null;
  let even = 0;
  let odd = 0;
  for (let i = 0; i + 1 < sample.length; i += 2) {
    if (sample[i] === 0) even++;
    if (sample[i + 1] === 0) odd++;
  }
  const most = sample.length / 2 * 0.6;
  return odd > most && even < most / 4 ? "utf-16le" : even > most && odd < most / 4 ? "utf-16be" : null;
}

function decodeByLine(bytes: Uint8Array): string {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const western = new TextDecoder("windows-1252");
  const parts: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const end = bytes.indexOf(10, from);
    const to = end === -1 ? bytes.length : end + 1;
    const line = bytes.subarray(from, to);
    try {
      parts.push(strict.decode(line));
    } catch {
      parts.push(western.decode(line));
    }
    from = to;
  }
  return parts.join("");
}

/** Lines of a text, whichever way they are parted. */
export function linesOf(text: string): string[] {
  return text.split(BREAK);
}

/** Whether a text has more than one line. */
export function hasLines(text: string): boolean {
  return BREAK.test(text);
}

/** A line without terminal sequences and control characters, hard spaces as spaces; its end is cut off beyond `longest`. */
export function clean(line: string, longest = LONGEST_LINE): string {
  const cut = line.length > longest ? `${line.slice(0, longest)}…` : line;
  if (!UNCLEAN.test(cut)) return cut;
  return cut.replaceAll(ANSI, "").replaceAll(CONTROL, "").replaceAll(/[\u00a0\u202f]/g, " ");
}

/** Lines beyond this are left out in the middle of a text. */
const MOST_LINES = 400;

/** A text of many lines, each cleaned and cut; of very many the first and the last. */
export function cleanText(text: string): string {
  if (!hasLines(text)) return clean(text);
  const lines = linesOf(text);
  const kept = lines.length > MOST_LINES ? [...lines.slice(0, MOST_LINES / 2), ...lines.slice(-MOST_LINES / 2)] : lines;
  return kept.map((line) => clean(line)).join("\n");
}
