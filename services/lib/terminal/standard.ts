import type { OutputDeps } from "./output.ts";

const encoder = new TextEncoder();

/** Writes all of a text at once; a reader that has gone away, as `head` does, ends the program quietly. */
export function writer(stream: typeof Deno.stdout): (text: string) => void {
  return (text) => {
    try {
      for (let bytes = encoder.encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
      throw error;
    }
  };
}

/** Standard output: no color when it is not a terminal, or a dumb one, or `NO_COLOR` is set. */
export function standardOutput(options: { noColor: string | undefined; terminal: string | undefined }): OutputDeps {
  const isTerminal = Deno.stdout.isTerminal();
  return {
    write: writer(Deno.stdout),
    isTerminal,
    color: isTerminal && options.noColor === undefined && options.terminal !== "dumb",
    columns: () => isTerminal ? Deno.consoleSize().columns : 80,
  };
}
