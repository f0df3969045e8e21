import { parseJson } from "../../../lib/http/mod.ts";
import * as v from "valibot";
import { type Catalogue, type Prometheus, queriesOf, type Service } from "../../investigation/mod.ts";

/** Health of a part; `unknown` if nothing could be asked. */
export type Health = "ok" | "trouble" | "down" | "unknown";

/** A part of the system as it was found. */
export interface Part {
  readonly health: Health;
  /** What is wrong, or how it is, in a few words. */
  readonly note: string;
}

/** One instance of a service; null is what was not measured. */
export interface InstancePart extends Part {
  readonly name: string;
  readonly address: string;
  readonly requests: number | null;
  readonly errorPercent: number | null;
  readonly p95Ms: number | null;
}

/** The whole system at a moment. */
export interface System {
  /** RFC 3339. */
  readonly at: string;
  readonly balancer: Part & { readonly backends: number | null; readonly out: number };
  readonly instances: readonly InstancePart[];
  readonly manager: Part;
  readonly prometheus: Part & { readonly pending: readonly string[]; readonly firing: readonly string[] };
  readonly alertmanager: Part & { readonly alerts: number | null };
  /** Requests per second that reach the balancer, and the share of them that fails; null: not measured. */
  readonly traffic: { readonly requests: number | null; readonly errorPercent: number | null };
  /** Trouble by the services' objectives. */
  readonly objectives: { readonly errorPercent: number; readonly latencyMs: number };
}

/** Whom to ask. */
export interface SystemDeps {
  readonly catalogue: Catalogue;
  readonly prometheus: Prometheus;
  readonly urls: {
    readonly prometheus: string;
    readonly balancer: string;
    readonly manager: string;
    readonly alertmanager: string;
  };
  readonly fetch: typeof fetch;
  readonly now: () => Date;
}

const TIMEOUT_MS = 1_500;
const KEEP_MS = 1_000;
/** What was seen longer ago than this tells nothing about now. */
const STALE_MS = 60_000;

const balancerHealth = v.object({ backends: v.array(v.string()), out: v.optional(v.array(v.unknown()), []) });
const instanceList = v.object({
  instances: v.array(v.object({
    port: v.number(),
    service: v.string(),
    status: v.string(),
    url: v.string(),
    healthy: v.optional(v.boolean()),
  })),
});
const promAlerts = v.object({
  data: v.object({
    alerts: v.array(v.object({ labels: v.record(v.string(), v.string()), state: v.string() })),
  }),
});
const amAlerts = v.array(v.object({ labels: v.record(v.string(), v.string()) }));

/** Reads the state of the system's parts on request, at most once a second. */
export class SystemWatch {
  readonly #deps: SystemDeps;
  #last: { readonly at: number; readonly system: System } | undefined;
  #looking: Promise<System> | undefined;

  constructor(deps: SystemDeps) {
    this.#deps = deps;
  }

  /** The system as it is, or after `patienceMs` as it was a while ago; undefined when it was not seen. Never rejects. */
  async look(patienceMs: number): Promise<System | undefined> {
    const nowMs = this.#deps.now().getTime();
    if (this.#last !== undefined && Math.abs(nowMs - this.#last.at) < KEEP_MS) return this.#last.system;
    this.#looking ??= this.#ask().then((system) => {
      this.#last = { at: this.#deps.now().getTime(), system };
      return system;
    }).finally(() => this.#looking = undefined);
    let timer: ReturnType<typeof setTimeout> | undefined;
    const patience = new Promise<undefined>((resolve) => timer = setTimeout(resolve, patienceMs));
    const found = await Promise.race([this.#looking, patience]);
    clearTimeout(timer);
    if (found !== undefined) return found;
    return this.#last !== undefined && nowMs - this.#last.at < STALE_MS ? this.#last.system : undefined;
  }

  async #ask(): Promise<System> {
    const { catalogue, urls, now } = this.#deps;
    const service = catalogue.services.find(({ metrics }) => metrics !== undefined);
    const at = now();
    const [balancer, manager, rules, alerts, traffic, measured] = await Promise.all([
      this.#json(`${urls.balancer}/healthz`, balancerHealth),
      this.#json(`${urls.manager}/instances`, instanceList),
      this.#json(`${urls.prometheus}/api/v1/alerts`, promAlerts),
      this.#json(`${urls.alertmanager}/api/v2/alerts?active=true&silenced=false&inhibited=false`, amAlerts),
      this.#traffic(at),
      service === undefined ? undefined : this.#instances(service, at),
    ]);
    const named = (state: string) =>
      (rules?.data.alerts ?? []).filter((alert) => alert.state === state && alert.labels.alertname !== "Watchdog")
        .map((alert) => alert.labels.alertname ?? "?");
    const firing = [...new Set(named("firing"))];
    const pending = [...new Set(named("pending"))];
    const real = alerts?.filter(({ labels }) => labels.alertname !== "Watchdog").length ?? null;
    const objectives = {
      errorPercent: service?.objectives.error_percent ?? 5,
      latencyMs: service?.objectives.latency_ms ?? 1_000,
    };
    return {
      at: at.toISOString(),
      balancer: {
        ...part(
          balancer,
          ({ backends, out }) =>
            backends.length === 0
              ? ["trouble", "no reachable backend"]
              : out.length > 0
              ? ["trouble", `${out.length} of ${backends.length + out.length} backends ejected`]
              : ["ok", `${backends.length} ${backends.length === 1 ? "backend" : "backends"}`],
        ),
        backends: balancer?.backends.length ?? null,
        out: balancer?.out.length ?? 0,
      },
      manager: part(manager, ({ instances }) => ["ok", `${instances.length} instances`]),
      instances: instanceParts(manager?.instances, measured, objectives),
      prometheus: {
        ...part(rules, () => ["ok", "scrapes and evaluates rules"]),
        firing,
        pending: pending.filter((name) => !firing.includes(name)),
      },
      alertmanager: { ...part(alerts, () => ["ok", real === 1 ? "1 alert" : `${real} alerts`]), alerts: real },
      traffic: traffic ?? { requests: null, errorPercent: null },
      objectives,
    };
  }

  async #traffic(at: Date): Promise<System["traffic"] | undefined> {
    try {
      const query = 'sum by (code) (rate(oncall_lb_requests_total{job="lb"}[1m]))';
      const series = await this.#instant(query, at);
      if (series.length === 0) return undefined;
      const rate = (codes: RegExp) =>
        series.filter(({ labels }) => codes.test(labels.code ?? ""))
          .reduce((sum, { points }) => sum + (points[0]?.[1] ?? 0), 0);
      const requests = rate(/^/);
      return { requests, errorPercent: requests > 0 ? rate(/^5/) / requests * 100 : null };
    } catch {
      return undefined;
    }
  }

  async #instances(service: Service, at: Date): Promise<Map<string, Measured> | undefined> {
    const queries = queriesOf(service.metrics!);
    const { instance } = service.metrics!.labels;
    const toMs = service.metrics!.latency?.unit === "milliseconds" ? 1 : 1_000;
    const scope = { usersOnly: true };
    try {
      const by = async (query: string | undefined) => {
        const series = query === undefined ? [] : await this.#instant(query, at);
        return new Map(series.map(({ labels, points }) => [labels[instance] ?? "", points[0]?.[1] ?? NaN]));
      };
      const [up, requests, errors, p95] = await Promise.all([
        by(queries.up()),
        by(queries.requests([instance], scope)),
        by(queries.errors([instance], scope)),
        by(queries.latencyP95([instance])),
      ]);
      return new Map([...up].map(([address, value]) => {
        const rate = finite(requests.get(address));
        const latency = finite(p95.get(address));
        return [address, {
          up: value > 0,
          requests: rate,
          errorPercent: rate !== null && rate > 0 ? (finite(errors.get(address)) ?? 0) / rate * 100 : null,
          p95Ms: latency === null ? null : latency * toMs,
        }];
      }));
    } catch {
      return undefined;
    }
  }

  #instant(query: string, at: Date) {
    return this.#deps.prometheus.instant(query, at.getTime() / 1_000, AbortSignal.timeout(TIMEOUT_MS));
  }

  /** The checked answer; undefined when there is none. */
  async #json<S extends v.GenericSchema>(url: string, schema: S): Promise<v.InferOutput<S> | undefined> {
    try {
      const response = await this.#deps.fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: "error" });
      const text = await response.text();
      const parsed = response.ok ? v.safeParse(schema, parseJson(text)) : undefined;
      return parsed?.success ? parsed.output : undefined;
    } catch {
      return undefined;
    }
  }
}

interface Measured {
  readonly up: boolean;
  readonly requests: number | null;
  readonly errorPercent: number | null;
  readonly p95Ms: number | null;
}

function part<T>(answer: T | undefined, say: (answer: T) => [Health, string]): Part {
  if (answer === undefined) return { health: "down", note: "does not answer" };
  const [health, note] = say(answer);
  return { health, note };
}

type Listed = v.InferOutput<typeof instanceList>["instances"];

function instanceParts(
  listed: Listed | undefined,
  measured: ReadonlyMap<string, Measured> | undefined,
  limits: System["objectives"],
): InstancePart[] {
  const known = listed ?? [...(measured?.keys() ?? [])].map((address) => ({
    service: address,
    url: `http://${address}`,
    status: measured!.get(address)!.up ? "running" : "does not answer",
    healthy: undefined,
  }));
  return known.map(({ service, url, status, healthy }) => {
    const address = URL.canParse(url) ? new URL(url).host : url;
    const found = measured?.get(address);
    const running = status === "running" && healthy !== false;
    const failing = (found?.errorPercent ?? 0) > limits.errorPercent;
    const slow = (found?.p95Ms ?? 0) > limits.latencyMs;
    const health: Health = !running ? (status === "starting" ? "unknown" : "down") : failing || slow ? "trouble" : "ok";
    const note = !running ? status.replaceAll("_", " ") : failing ? "fails requests" : slow ? "is slow" : "running";
    return {
      name: service,
      address,
      health,
      note,
      requests: found?.requests ?? null,
      errorPercent: found?.errorPercent ?? null,
      p95Ms: found?.p95Ms ?? null,
    };
  });
}

function finite(value: number | undefined): number | null {
  return value !== undefined && Number.isFinite(value) ? value : null;
}
