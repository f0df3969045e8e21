import { exitOnConfigurationError } from "../configuration/mod.ts";
import type { Running } from "./serve.ts";

/**
 * The life of an executable: starts it, waits for SIGTERM or SIGINT, drains, exits 0. A configuration error is one
 * line on stderr and exit status 2; a second signal while draining exits at once with 130.
 */
export async function runUntilSignal(name: string, start: () => Promise<Running>): Promise<never> {
  const running = await exitOnConfigurationError(name, start);
  await new Promise<void>((resolve) => {
    let signals = 0;
    const onSignal = () => {
      if (signals++ === 0) resolve();
      else Deno.exit(130);
    };
    Deno.addSignalListener("SIGTERM", onSignal);
    Deno.addSignalListener("SIGINT", onSignal);
  });
  await running.stop();
  Deno.exit(0);
}
