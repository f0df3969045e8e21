import type { Prometheus } from "../../investigation/mod.ts";
import type { Span } from "./axis.ts";

/** Whose states are asked for, and from when to when, in milliseconds since the epoch. */
export interface StatesQuery {
  readonly alerts: readonly string[];
  readonly from: number;
  readonly to: number;
}

const TIMEOUT_MS = 2_000;
const MOST_POINTS = 200;
const SHORTEST_STEP = 5;
const MOST_ALERTS = 5;
const MOST_KEPT = 50;

/** When alerts were pending, which Alertmanager never hears of: only Prometheus knows. */
export class AlertStates {
  readonly #prometheus: Pick<Prometheus, "range">;
  readonly #kept = new Map<string, Promise<readonly Span[]>>();

  constructor(prometheus: Pick<Prometheus, "range">) {
    this.#prometheus = prometheus;
  }

  /** The stretches in which they were pending; none where Prometheus does not say so within `patienceMs`. */
  async pending(query: StatesQuery, patienceMs: number): Promise<readonly Span[]> {
    if (query.alerts.length === 0) return [];
    const step = Math.max(SHORTEST_STEP, Math.ceil((query.to - query.from) / 1_000 / MOST_POINTS));
    const start = Math.floor(query.from / 1_000 / step) * step, end = Math.floor(query.to / 1_000 / step) * step;
    const key = JSON.stringify([query.alerts, start, end]);
    const asked = this.#kept.get(key) ?? this.#ask(query.alerts, { start, end, step });
    this.#kept.set(key, asked);
    if (this.#kept.size > MOST_KEPT) this.#kept.delete(this.#kept.keys().next().value!);
    asked.catch(() => this.#kept.delete(key));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<readonly Span[]>((resolve) => timer = setTimeout(() => resolve([]), patienceMs));
    try {
      return await Promise.race([asked, patience]);
    } catch {
      return [];
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(
    alerts: readonly string[],
    range: { start: number; end: number; step: number },
  ): Promise<readonly Span[]> {
    const names = alerts.slice(0, MOST_ALERTS).map((name) => name.replaceAll(/[^\w]/g, ".")).join("|");
    const query = `ALERTS{alertstate="pending",alertname=~"${names}"}`;
    const found = await this.#prometheus.range(query, range, AbortSignal.timeout(TIMEOUT_MS));
    return found.flatMap(({ labels, points }) =>
      stretches(points.map(([at]) => at), range.step).map(([start, end]) => ({
        start: start * 1_000,
        end: end * 1_000,
        text: `${labels.alertname ?? "alert"} pending`,
        kind: "pending" as const,
      }))
    );
  }
}

/** Runs of adjacent moments, each up to the end of its last step. */
function stretches(times: readonly number[], step: number): [number, number][] {
  const out: [number, number][] = [];
  for (const at of times) {
    const last = out.at(-1);
    if (last !== undefined && at - last[1] <= step * 0.5) last[1] = at + step;
    else out.push([at, at + step]);
  }
  return out;
}
