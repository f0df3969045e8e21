import { cut, wrap } from "./text.ts";

/** Meanings that a terminal shows as colors. */
export type Tone = "good" | "bad" | "warn" | "quiet" | "strong" | "plain";

const CODES: Readonly<Record<Tone, string>> = {
  good: "32",
  bad: "31",
  warn: "33",
  quiet: "2",
  strong: "1",
  plain: "",
};

/** A piece of a line, and what it means. */
export interface Piece {
  readonly text: string;
  readonly tone?: Tone;
}

/** A cell of a table. */
export type Cell = string | Piece;

/** Where output goes and what the other end is. */
export interface OutputDeps {
  readonly write: (text: string) => void;
  readonly isTerminal: boolean;
  readonly color: boolean;
  /** Width of the terminal, in characters; read each time, because it can change. */
  readonly columns: () => number;
}

/** Output of a command: color and cut lines on a terminal, plain whole lines elsewhere. */
export class Output {
  readonly #deps: OutputDeps;

  constructor(deps: OutputDeps) {
    this.#deps = deps;
  }

  get isTerminal(): boolean {
    return this.#deps.isTerminal;
  }

  /** Width to write for: that of the terminal, else none. */
  get width(): number {
    return this.#deps.isTerminal ? this.#deps.columns() : Infinity;
  }

  /** `text` in the color of its meaning. */
  paint(text: string, tone: Tone = "plain"): string {
    const code = CODES[tone];
    return this.#deps.color && code !== "" && text !== "" ? `\x1b[${code}m${text}\x1b[0m` : text;
  }

  /** One line. */
  line(...cells: Cell[]): void {
    this.#deps.write(`${cells.map((cell) => this.#cell(cell)).join("")}\n`);
  }

  /** Cells as one painted text, cut to `width` characters (default: the terminal's, less one). */
  fit(cells: readonly Cell[], width: number = this.width - 1): string {
    let left = width, text = "";
    for (const cell of cells) {
      const shown = cut(textOf(cell), left);
      text += this.paint(shown, toneOf(cell));
      left -= shown.length;
      if (shown !== textOf(cell)) break;
    }
    return text;
  }

  /** Words after a head; on a terminal, they go on below where they began. */
  hang(head: readonly Cell[], words: string): void {
    const indent = head.reduce((sum, cell) => sum + textOf(cell).length, 0);
    const lines = wrap(words, Math.max(20, this.width - 1 - indent));
    lines.forEach((line, i) => i === 0 ? this.line(...head, line) : this.line(" ".repeat(indent), line));
  }

  /** Text as it is. */
  raw(text: string): void {
    this.#deps.write(text);
  }

  /** The answer for machines. */
  json(value: unknown): void {
    this.#deps.write(`${JSON.stringify(value, null, this.#deps.isTerminal ? 2 : 0)}\n`);
  }

  /** Rows in columns, each with separate lines `below` it; on a terminal, the last cell is cut to the width. */
  table(
    rows: readonly (readonly Cell[])[],
    options: { indent?: string; below?: readonly (readonly string[])[] } = {},
  ): void {
    const { indent = "", below = [] } = options;
    const widths: number[] = [];
    for (const row of rows) {
      row.forEach((cell, i) => widths[i] = Math.max(widths[i] ?? 0, textOf(cell).length));
    }
    for (const [n, row] of rows.entries()) {
      let left = this.width - indent.length;
      const cells = row.map((cell, i) => {
        const last = i === row.length - 1;
        const text = last ? cut(textOf(cell), Math.max(8, left)) : textOf(cell).padEnd(widths[i]!);
        left -= text.length + 2;
        return this.paint(text, toneOf(cell));
      });
      this.#deps.write(`${(indent + cells.join("  ")).trimEnd()}\n`);
      for (const line of below[n] ?? []) this.#deps.write(`${cut(line, this.width)}\n`);
    }
  }

  #cell(cell: Cell): string {
    return this.paint(textOf(cell), toneOf(cell));
  }
}

function textOf(cell: Cell): string {
  return typeof cell === "string" ? cell : cell.text;
}

function toneOf(cell: Cell): Tone {
  return typeof cell === "string" ? "plain" : cell.tone ?? "plain";
}

/** A piece that is OK. */
export const good = (text: string): Piece => ({ text, tone: "good" });
/** A piece that does not. */
export const bad = (text: string): Piece => ({ text, tone: "bad" });
/** A piece to look at. */
export const warn = (text: string): Piece => ({ text, tone: "warn" });
/** A piece of lesser weight. */
export const quiet = (text: string): Piece => ({ text, tone: "quiet" });
/** A piece of more weight. */
export const strong = (text: string): Piece => ({ text, tone: "strong" });
