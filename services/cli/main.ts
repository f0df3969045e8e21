import { runCli } from "./program.ts";

const encoder = new TextEncoder();

/** Writes all of `text`; a reader that has gone away, as `head` does, ends the program quietly. */
function writer(stream: typeof Deno.stdout): (text: string) => void {
  return (text) => {
    try {
      for (let bytes = encoder.encode(text); bytes.length > 0;) bytes = bytes.subarray(stream.writeSync(bytes));
    } catch (error) {
      if (error instanceof Deno.errors.BrokenPipe) Deno.exit(0);
      throw error;
    }
  };
}

const interrupted = new AbortController();
// The first one asks the command to end, the second one ends it.
const onSignal = () => interrupted.signal.aborted ? Deno.exit(130) : interrupted.abort();
Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);

const isTerminal = Deno.stdout.isTerminal();
Deno.exit(
  await runCli(Deno.args, {
    fetch,
    env: (name) => Deno.env.get(name),
    write: writer(Deno.stdout),
    writeError: writer(Deno.stderr),
    isTerminal,
    columns: () => isTerminal ? Deno.consoleSize().columns : 80,
    now: () => new Date(),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    interrupted: interrupted.signal,
  }),
);
