import * as v from "valibot";
import { CliError, EXIT } from "../exit.ts";
import type { Context } from "../frame.ts";
import { serverEvents } from "./event_stream.ts";

/** An event of the agent's stream of changes. */
export type Change =
  | { readonly kind: "connected" }
  | { readonly kind: "lost"; readonly reason: string }
  | { readonly kind: "incident"; readonly id: string };

const incidentEvent = v.looseObject({ id: v.string() });
const RETRY_MS = 2_000;

/** The agent's changes as they happen; connects again whenever the stream ends, until `signal` aborts. */
export async function* changes({ api, agent, deps }: Context, signal: AbortSignal): AsyncGenerator<Change> {
  while (!signal.aborted) {
    let reason = "it closed the stream";
    try {
      const response = await api.open(agent, { path: "/api/events", signal });
      if (response.ok && response.body !== null) {
        yield { kind: "connected" };
        for await (const { event, data } of serverEvents(response.body, signal)) {
          if (event === "incident") yield { kind: "incident", id: v.parse(incidentEvent, JSON.parse(data)).id };
        }
      } else {
        await response.body?.cancel();
        reason = `it answered ${response.status}`;
      }
    } catch (error) {
      if (signal.aborted) return;
      // Not to be mended by waiting.
      if (error instanceof CliError && error.exitCode === EXIT.usage) throw error;
      reason = error instanceof CliError ? "it does not answer" : String(error);
    }
    if (signal.aborted) return;
    yield { kind: "lost", reason };
    await deps.sleep(RETRY_MS, signal);
  }
}
