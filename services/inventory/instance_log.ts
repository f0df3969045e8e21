import { createLogger, type Logger } from "../lib/telemetry/mod.ts";

const MAX_BYTES = 2 ** 20;

/** Where an instance's lines go. */
export interface InstanceLogOptions {
  readonly path: string;
  readonly service: string;
  /** Takes each line too, e.g. to stderr. */
  readonly write: (line: string) => void;
}

/**
 * The log of one instance's life, `inv_<port>.log`, and the same lines to `write`. It is written by the instance itself,
 * so that it needs nobody to hold a pipe; at each start a file past 1 MiB makes room as `<path>.1`.
 */
export function createInstanceLog({ path, service, write }: InstanceLogOptions): Logger {
  try {
    if (Deno.statSync(path).size > MAX_BYTES) Deno.renameSync(path, `${path}.1`);
  } catch {
    // No file yet.
  }
  return createLogger({
    name: service,
    write(line) {
      write(line);
      try {
        Deno.writeTextFileSync(path, `${line}\n`, { append: true });
      } catch {
        // A full disk must not end the service; the line is written elsewhere too.
      }
    },
  });
}
