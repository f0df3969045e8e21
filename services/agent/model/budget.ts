import { Counter, Gauge, Histogram, type Registry } from "prom-client";
import type { Store } from "../incidents/mod.ts";
import { ModelError } from "./error.ts";

/** Tokens that may be used; 0 is no limit. */
export interface TokenCaps {
  readonly perIncident: number;
  readonly perHour: number;
}

/** Tokens that a request and its answer used. */
export interface TokensUsed {
  readonly prompt: number;
  readonly completion: number;
}

/** Counts what one incident, or one question, uses. */
export interface TokenMeter {
  /** @throws {ModelError} `budget` when about `tokens` more would be beyond a cap. */
  ask(tokens: number): void;
  used(tokens: TokensUsed, outcome: string): void;
}

interface Spending {
  readonly at: number;
  readonly tokens: number;
}

const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const SETTING = "model_tokens";
/** Where questions kept theirs when they had a budget of their own. */
const EARLIER_SETTING = "operator/model_tokens";

/** The model's use by all rooms: limits, the last hour, metrics. */
export class Budget {
  readonly #caps: TokenCaps;
  readonly #now: () => Date;
  readonly #store: Pick<Store, "transact">;
  readonly #metrics: ReturnType<typeof createBudgetMetrics>;
  /** Oldest first. */
  #spent: readonly Spending[] = [];

  constructor(caps: TokenCaps, deps: { now: () => Date; registry: Registry; store: Pick<Store, "transact"> }) {
    this.#caps = caps;
    this.#now = deps.now;
    this.#store = deps.store;
    this.#metrics = createBudgetMetrics(deps.registry, caps, () => this.lastHour());
  }

  /** Restores the tokens that an earlier agent on the same store used within the hour. */
  async restore(): Promise<void> {
    const kept = await this.#store.transact(async (tx) => [
      ...spendingsOf(await tx.setting(SETTING)),
      ...spendingsOf(await tx.setting(EARLIER_SETTING)),
    ]);
    this.#spent = [...kept, ...this.#spent].sort((a, b) => a.at - b.at);
  }

  /** Tokens used in the last hour. */
  lastHour(): number {
    this.#spent = this.#recent(this.#spent);
    return this.#spent.reduce((sum, entry) => sum + entry.tokens, 0);
  }

  /** Whether the hour's cap is used up. */
  get hourUsedUp(): boolean {
    return this.#caps.perHour > 0 && this.lastHour() >= this.#caps.perHour;
  }

  /** The meter of one incident, which has used `already` before a restart. */
  meter(already: number): TokenMeter {
    return this.#meter({ perIncident: this.#caps.perIncident, already });
  }

  #meter({ perIncident, already }: { readonly perIncident: number; readonly already: number }): TokenMeter {
    let incident = already;
    const { perHour } = this.#caps;
    return {
      ask: (tokens) => {
        if (perIncident > 0 && incident + tokens > perIncident) {
          throw new ModelError("budget", `the model's cap of ${perIncident} tokens per incident is reached`);
        }
        if (perHour > 0 && this.lastHour() + tokens > perHour) {
          throw new ModelError("budget", `the model's cap of ${perHour} tokens per hour is reached`);
        }
      },
      used: ({ prompt, completion }, outcome) => {
        this.#metrics.requests.inc({ outcome });
        const tokens = prompt + completion;
        if (tokens === 0) return;
        incident += tokens;
        this.#metrics.tokens.inc({ kind: "prompt" }, prompt);
        this.#metrics.tokens.inc({ kind: "completion" }, completion);
        const spending = { at: this.#now().getTime(), tokens };
        this.#spent = [...this.#spent, spending];
        // A store that is away for a moment costs no more than a little of the budget.
        this.#keep(spending).catch(() => {});
      },
    };
  }

  /** The meter of an operator's question: the hour's cap holds for it, an incident's does not. */
  questionMeter(): TokenMeter {
    return this.#meter({ perIncident: 0, already: 0 });
  }

  /** Notes what an incident used in all. */
  incidentEnded(tokens: number): void {
    if (tokens > 0) this.#metrics.perIncident.observe(tokens);
  }

  /** Added to what is stored rather than written over it: another agent may use the same store. */
  async #keep(spending: Spending): Promise<void> {
    await this.#store.transact(async (tx) => {
      const kept = this.#recent([...spendingsOf(await tx.setting(SETTING)), spending]);
      await tx.saveSetting(SETTING, JSON.stringify(byMinute(kept)));
    });
  }

  #recent(spent: readonly Spending[]): readonly Spending[] {
    const since = this.#now().getTime() - HOUR_MS;
    return spent.filter((entry) => entry.at >= since);
  }
}

/** One entry for each minute, so that what is stored stays short. */
function byMinute(spent: readonly Spending[]): Spending[] {
  const minutes = new Map<number, Spending>();
  for (const { at, tokens } of spent) {
    const minute = Math.floor(at / MINUTE_MS);
    minutes.set(minute, { at, tokens: tokens + (minutes.get(minute)?.tokens ?? 0) });
  }
  return [...minutes.values()];
}

/** What a stored text says; none where it says nothing, as only a budget is lost then. */
function spendingsOf(kept: string | undefined): Spending[] {
  try {
    const spent = JSON.parse(kept ?? "[]");
    if (!Array.isArray(spent)) return [];
    return spent.map((entry) => Array.isArray(entry) ? { at: entry[0], tokens: entry[1] } : entry)
      .filter((entry) => Number.isFinite(entry?.at) && Number.isFinite(entry?.tokens));
  } catch {
    return [];
  }
}

function createBudgetMetrics(registry: Registry, caps: TokenCaps, lastHour: () => number) {
  const registers = [registry];
  const cap = new Gauge({
    name: "oncall_agent_model_tokens_cap",
    help: "Limit on tokens per incident and per hour; 0 is no limit.",
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
      help: "Tokens used by one investigation with a model.",
      buckets: [1_000, 2_500, 5_000, 10_000, 20_000, 40_000, 80_000, 160_000],
      registers,
    }),
  };
}
