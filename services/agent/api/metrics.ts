import { Gauge, type Registry } from "prom-client";
import type { Logger } from "../../lib/telemetry/mod.ts";
import type { Store } from "../incidents/mod.ts";

type Counts = Awaited<ReturnType<Store["counts"]>>;

const OUTBOX_STATES = ["pending", "sending", "uncertain", "sent", "failed", "cancelled"];
const INCIDENT_STATES = ["open", "investigating", "diagnosed", "resolved"];

/** Registers the counts of the store's rows, read at each scrape. */
export function storeMetrics({ store, registry, log }: {
  readonly store: Store;
  readonly registry: Registry;
  readonly log: Logger;
}): void {
  const registers = [registry];
  let counting: Promise<Counts | undefined> | undefined;
  // One count serves all gauges of a scrape.
  const count = () =>
    counting ??= store.counts().catch((error) => {
      log.warn("cannot count the store's rows for a scrape", { error });
      return undefined;
    }).finally(() => counting = undefined);

  new Gauge({
    name: "oncall_agent_work",
    help: "Queued and running investigations.",
    labelNames: ["state"],
    registers,
    async collect() {
      const counts = await count();
      for (const state of ["queued", "running"] as const) if (counts) this.set({ state }, counts.work[state]);
    },
  });
  new Gauge({
    name: "oncall_agent_work_oldest_seconds",
    help: "Age of the oldest queued investigation; 0 without one.",
    registers,
    async collect() {
      const counts = await count();
      if (counts) this.set(counts.work.oldest_seconds);
    },
  });
  new Gauge({
    name: "oncall_agent_outbox_rows",
    help: "Rows of the outbox, by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      const counts = await count();
      for (const state of OUTBOX_STATES) if (counts) this.set({ state }, counts.outbox[state] ?? 0);
    },
  });
  new Gauge({
    name: "oncall_agent_incidents",
    help: "Incidents in the store, by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      const counts = await count();
      for (const state of INCIDENT_STATES) if (counts) this.set({ state }, counts.incidents[state] ?? 0);
    },
  });
}
