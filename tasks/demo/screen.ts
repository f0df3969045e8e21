/** Where the demo's lines go; tests pass their own. */
export interface Terminal {
  readonly isTerminal: boolean;
  /** Columns. */
  width(): number;
  write(text: string): void;
}

/** The process's own stdout. */
export const stdout: Terminal = {
  isTerminal: Deno.stdout.isTerminal(),
  width: () => Deno.stdout.isTerminal() ? Deno.consoleSize().columns : 120,
  write: (text) => void Deno.stdout.writeSync(new TextEncoder().encode(text)),
};

/** Escape codes of the few colours used; none where stdout is no terminal or NO_COLOR is set. */
export type Colour = "red" | "green" | "yellow" | "bold" | "dim";

const codes: Readonly<Record<Colour, number>> = { red: 31, green: 32, yellow: 33, bold: 1, dim: 2 };

/** Lines that stay, and under them one that is rewritten while things happen. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #colours: boolean;
  #live = "";
  #liveLoggedAt = -Infinity;

  constructor(terminal: Terminal = stdout, noColour = Boolean(Deno.env.get("NO_COLOR"))) {
    this.#terminal = terminal;
    this.#colours = terminal.isTerminal && !noColour;
  }

  get width(): number {
    return this.#terminal.width();
  }

  /** `text` in a colour. */
  paint(text: string, colour: Colour): string {
    return this.#colours ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
  }

  /** Adds a line that stays. */
  line(text = ""): void {
    this.#clear();
    this.#terminal.write(`${text}\n`);
    if (this.#live !== "") this.#terminal.write(this.#live);
  }

  /** Rewrites the last line; without a terminal, adds it every `everySeconds`, `seconds` being the time now. */
  live(text: string, seconds: number, everySeconds = 10): void {
    if (this.#terminal.isTerminal) {
      this.#clear();
      this.#live = text;
      this.#terminal.write(text);
    } else if (seconds - this.#liveLoggedAt >= everySeconds) {
      this.#liveLoggedAt = seconds;
      this.#terminal.write(`${text}\n`);
    }
  }

  /** Takes the live line away. */
  end(): void {
    this.#clear();
    this.#live = "";
  }

  #clear(): void {
    if (this.#terminal.isTerminal && this.#live !== "") this.#terminal.write("\r\x1b[2K");
  }
}

/** `text` cut to `width` columns, with an ellipsis where something was cut. */
export function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

/** Words of `text` in lines of at most `width` columns; a word longer than that has a line of its own. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split("\n")) {
    let line = "";
    for (const word of paragraph.split(/\s+/).filter((word) => word !== "")) {
      if (line !== "" && line.length + 1 + word.length > width) {
        lines.push(line);
        line = "";
      }
      line += line === "" ? word : ` ${word}`;
    }
    if (line !== "") lines.push(line);
  }
  return lines;
}

/** Seconds as `m:ss`. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}
