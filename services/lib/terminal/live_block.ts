const HIDE_CURSOR = "\x1b[?25l";
const SHOW_CURSOR = "\x1b[?25h";
const CLEAR_BELOW = "\x1b[J";

/** Lines at the bottom of a terminal that are drawn again in the same place. */
export class LiveBlock {
  readonly #write: (text: string) => void;
  #height = 0;

  constructor(write: (text: string) => void) {
    this.#write = write;
  }

  /** Replaces the block's lines; each must be narrower than the terminal. */
  draw(lines: readonly string[]): void {
    const up = this.#height === 0 ? HIDE_CURSOR : `\x1b[${this.#height}A`;
    this.#write(`${up}\r${CLEAR_BELOW}${lines.map((line) => `${line}\n`).join("")}`);
    this.#height = lines.length;
  }

  /** Prints lines that stay, above the block. */
  above(lines: readonly string[], block: readonly string[]): void {
    this.clear();
    this.#write(lines.map((line) => `${line}\n`).join(""));
    this.draw(block);
  }

  /** Removes the block. */
  clear(): void {
    if (this.#height === 0) return;
    this.#write(`\x1b[${this.#height}A\r${CLEAR_BELOW}${SHOW_CURSOR}`);
    this.#height = 0;
  }

  /** Leaves the block on the screen and restores the cursor. */
  leave(): void {
    if (this.#height > 0) this.#write(SHOW_CURSOR);
    this.#height = 0;
  }
}
