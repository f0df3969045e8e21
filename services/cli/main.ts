import { realDeps } from "./deps.ts";
import { runCli } from "./program.ts";

const interrupted = new AbortController();
// The first one asks the command to end, the second one ends it.
const onSignal = () => interrupted.signal.aborted ? Deno.exit(130) : interrupted.abort();
Deno.addSignalListener("SIGINT", onSignal);
Deno.addSignalListener("SIGTERM", onSignal);

Deno.exit(await runCli(Deno.args, realDeps(interrupted.signal)));
