/** Makes a text safe for a terminal: control characters become replacement characters. */
export function clean(text: unknown): string {
  return String(text ?? "").replaceAll(/[^\P{Cc}\n\t]|\p{Bidi_Control}/gu, "\ufffd");
}

/** {@linkcode clean} on one line. */
export function oneLine(text: unknown): string {
  return clean(String(text ?? "").replaceAll(/\s+/g, " ").trim());
}

/** Cuts `text` to `width` characters, marking the cut. */
export function cut(text: string, width: number): string {
  if (text.length <= width) return text;
  return width <= 1 ? "…".slice(0, Math.max(0, width)) : `${text.slice(0, width - 1)}…`;
}

/** Breaks `text` at spaces into lines of at most `width` characters; its own line ends stay. */
export function wrap(text: string, width: number): string[] {
  return clean(text).split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    let line = "";
    for (const word of paragraph.split(" ")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    return [...lines, line];
  });
}

/** A share as a percentage with one digit. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
