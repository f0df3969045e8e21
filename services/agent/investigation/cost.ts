import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Store } from "../incidents/mod.ts";
import { BrainError } from "./brains/brain.ts";
import type { TokenMeter } from "./brains/openai/openai.ts";

/** Tokens that may be used; 0 is no limit. */
export interface TokenCaps {
  readonly perIncident: number;
  readonly perHour: number;
}

const HOUR_MS = 3_600_000;
const SETTING = "model_tokens";

/** What models use, over all incidents: the caps, the last hour, the metrics. */
export class Cost {
  readonly #caps: TokenCaps;
  readonly #now: () => Date;
  readonly #store: Pick<Store, "transact">;
  readonly #metrics: ReturnType<typeof createCostMetrics>;
  /** When and how many, oldest first. */
  #spent: { at: number; tokens: number }[] = [];

  constructor(caps: TokenCaps, deps: { now: () => Date; registry: Registry; store: Pick<Store, "transact"> }) {
    this.#caps = caps;
    this.#now = deps.now;
    this.#store = deps.store;
    this.#metrics = createCostMetrics(deps.registry, caps, () => this.lastHour());
  }

  /** Takes up what an earlier agent on the same store used within the hour. */
  async restore(): Promise<void> {
    const kept = await this.#store.transact((tx) => tx.setting(SETTING));
    try {
      const spent = kept === undefined ? [] : JSON.parse(kept);
      if (Array.isArray(spent)) this.#spent = [...spent.filter(isSpending), ...this.#spent];
    } catch {
      // Only a budget is lost.
    }
  }

  /** Tokens used in the last hour. */
  lastHour(): number {
    const since = this.#now().getTime() - HOUR_MS;
    this.#spent = this.#spent.filter((entry) => entry.at >= since);
    return this.#spent.reduce((sum, entry) => sum + entry.tokens, 0);
  }

  /** Whether the hour's cap is used up. */
  get hourUsedUp(): boolean {
    return this.#caps.perHour > 0 && this.lastHour() >= this.#caps.perHour;
  }

  /** The meter of one incident, which has used `already` before a restart. */
  meter(already: number): TokenMeter {
    let incident = already;
    return {
      ask: (tokens) => {
        const { perIncident, perHour } = this.#caps;
        if (perIncident > 0 && incident + tokens > perIncident) {
          throw new BrainError("budget", `the model's cap of ${perIncident} tokens per incident is reached`);
        }
        if (perHour > 0 && this.lastHour() + tokens > perHour) {
          throw new BrainError("budget", `the model's cap of ${perHour} tokens per hour is reached`);
        }
      },
      used: ({ prompt, completion }, outcome) => {
        this.#metrics.requests.inc({ outcome });
        const tokens = prompt + completion;
        if (tokens === 0) return;
        incident += tokens;
        this.#metrics.tokens.inc({ kind: "prompt" }, prompt);
        this.#metrics.tokens.inc({ kind: "completion" }, completion);
        this.#spent.push({ at: this.#now().getTime(), tokens });
        const kept = JSON.stringify(this.#spent.slice(-1_000));
        // A store that is away for a moment costs no more than a little of the budget.
        this.#store.transact((tx) => tx.saveSetting(SETTING, kept)).catch(() => {});
      },
    };
  }

  /** Notes what an incident used in all. */
  incidentEnded(tokens: number): void {
    if (tokens > 0) this.#metrics.perIncident.observe(tokens);
  }
}

function isSpending(value: unknown): value is { at: number; tokens: number } {
  const { at, tokens } = (value ?? {}) as { at?: unknown; tokens?: unknown };
  return typeof at === "number" && typeof tokens === "number";
}

function createCostMetrics(registry: Registry, caps: TokenCaps, lastHour: () => number) {
  const registers = [registry];
  const cap = new Gauge({
    name: "oncall_agent_model_tokens_cap",
    help: "Tokens that may be used per incident and per hour; 0 is no limit.",
    labelNames: ["per"],
    registers,
  });
  cap.set({ per: "incident" }, caps.perIncident);
  cap.set({ per: "hour" }, caps.perHour);
  new Gauge({
    name: "oncall_agent_model_tokens_last_hour",
    help: "Tokens used in the last hour.",
    registers,
    collect() {
      this.set(lastHour());
    },
  });
  return {
    tokens: new Counter({
      name: "oncall_agent_model_tokens_total",
      help: "Tokens used.",
      labelNames: ["kind"],
      registers,
    }),
    requests: new Counter({
      name: "oncall_agent_model_requests_total",
      help: "Requests to the model by outcome.",
      labelNames: ["outcome"],
      registers,
    }),
    perIncident: new Histogram({
      name: "oncall_agent_model_tokens_per_incident",
      help: "Tokens used by one investigation that asked a model.",
      buckets: [1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000],
      registers,
    }),
  };
}
