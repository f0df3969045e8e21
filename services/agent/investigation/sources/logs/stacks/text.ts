/** Longest line and most lines that are looked at; what is beyond tells no more about the place. */
const LONGEST_LINE = 450;
const MOST_LINES = 600;
const MOST_TEXT = 400_000;

// deno-lint-ignore no-control-regex
const COLOR = /\x1b\[[0-9;:]{0,20}[A-Za-z]/g;

/** Lines of a text as readers see them: cut, without colors, and with escaped line breaks taken apart. */
export function stackLines(text: string): string[] {
  let cut = text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT / 2)}\n${text.slice(-MOST_TEXT / 2)}` : text;
  if (isEscaped(cut)) cut = unescaped(cut);
  const all = cut.split(/\r?\n|\r|\u2028/);
  // The root cause of a long chain is at its end.
  const kept = all.length <= MOST_LINES ? all : [...all.slice(0, MOST_LINES / 2), ...all.slice(-MOST_LINES / 2)];
  const lines = kept.map((line) => line.slice(0, LONGEST_LINE).replaceAll(COLOR, "").trimEnd());
  return withoutMargin(lines);
}

/** Whether line breaks are written as `\n`: more of them than real ones, and what follows looks like a trace. */
function isEscaped(text: string): boolean {
  const written = text.match(
    /\\n(?:\\t|\s{1,20}|#\d)?(?:at |File |from |#\d|[^\s\\]{1,200}\.\w{1,5}:\d|[\w.$]{1,200}(?:Error|Exception))/g,
  );
  return written !== null && written.length > (text.match(/\n/g)?.length ?? 0);
}

function unescaped(text: string): string {
  return text.replaceAll(/\\(r\\n|n|t|"|\/)/g, (_, what: string) => ({ t: "\t", '"': '"', "/": "/" })[what] ?? "\n");
}

/** Some loggers put a mark in front of each line of a trace, so that it can be told from an entry. */
function withoutMargin(lines: string[]): string[] {
  const marked = lines.filter((line) => line.startsWith("! ")).length;
  return marked >= 2 ? lines.map((line) => line.startsWith("! ") ? line.slice(2) : line) : lines;
}
