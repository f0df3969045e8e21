import { Hono } from "hono";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Hear } from "../incidents/mod.ts";
import { type DeliveryValues, outgoingOf, wantedOf } from "./channels.ts";

/** What listening needs. */
export interface ListeningDeps {
  readonly log: Logger;
  readonly hear: Hear;
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  readonly random: () => number;
}

/** Listens on every channel that is configured and on which people answer; its routes are to be served. */
export function startListening(
  settings: DeliveryValues,
  { log, hear, fetch, now, random }: ListeningDeps,
): { readonly routes: Hono; stop(): Promise<void> } {
  const outgoing = outgoingOf(fetch, now);
  const listeners = wantedOf(settings)
    .filter((one) => (one.missing?.(settings) ?? []).length === 0)
    .flatMap((one) => one.listen?.(settings, { log, outgoing, random, hear }) ?? []);
  const routes = new Hono();
  for (const listener of listeners) if (listener.routes !== undefined) routes.route("/", listener.routes);
  return {
    routes,
    async stop() {
      await Promise.all(listeners.map((listener) => listener.stop?.()));
    },
  };
}
