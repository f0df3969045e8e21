import type { Service } from "../catalogue/mod.ts";
import { type Queries, queriesOf } from "../sources/queries.ts";

/** A value over time: from `[seconds before now, value]` on, the newest last; before the first one there is nothing. */
export type Curve = number | readonly (readonly [ago: number, value: number])[];

/** A recorded situation: what each source would answer, and what is right to conclude from it. */
export interface Recorded {
  readonly name: string;
  readonly alert: {
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    /** Seconds before now. */
    readonly ago: number;
    readonly resolved?: boolean;
  };
  readonly instances?: readonly RecordedInstance[];
  readonly routes?: readonly RecordedRoute[];
  readonly logs?: readonly RecordedLog[];
  readonly events?: readonly { ago: number; kind: string; text: string; service?: string; port?: number }[];
  readonly alerts?: readonly { labels: Record<string, string>; ago: number }[];
  readonly code?: Readonly<Record<string, string | readonly string[]>>;
  /** What operators wrote. */
  readonly messages?: readonly string[];
  /** Sources that cannot be reached: `prometheus`, `logs`, `manager`, `alertmanager`. */
  readonly away?: readonly string[];
  readonly expect: {
    readonly verdict: string;
    readonly category?: string;
    readonly file?: string | null;
    readonly line?: number | null;
    readonly instances?: readonly string[];
    readonly routes?: readonly string[];
    readonly error_percent?: number | null;
    /** Regular expressions that the root cause, claims, fix and missing list match. */
    readonly says?: readonly string[];
    /** Regular expressions that none of them matches. */
    readonly never?: readonly string[];
  };
}

export interface RecordedInstance {
  readonly name: string;
  readonly instance: string;
  readonly up?: Curve;
  readonly cpu?: Curve;
  readonly memory_mb?: Curve;
  /** Seconds before now at which its process began, each from when it did. */
  readonly starts?: readonly number[];
  /** It exists from and until so many seconds before now. */
  readonly from?: number;
  readonly until?: number;
  /** Instead of the routes' own. */
  readonly error_percent?: Curve;
  readonly p95_ms?: Curve;
}

export interface RecordedRoute {
  readonly route: string;
  /** All instances together; shared evenly among those that are there. */
  readonly rps: Curve;
  readonly error_percent?: Curve;
  readonly p95_ms?: Curve;
  /** Status of answers that are no errors; default 200. */
  readonly status?: string;
  /** Takes part in an instance's own `error_percent` and `p95_ms`; default true. */
  readonly steady?: boolean;
}

export interface RecordedLog {
  readonly message: string;
  readonly level?: string;
  readonly pid?: number;
  /** Seconds before now: first and last entry. */
  readonly from: number;
  readonly to: number;
  readonly count: number;
}

/** Answers as Prometheus, the balancer, the manager and Alertmanager would in a recorded situation. */
export class World {
  readonly #recorded: Recorded;
  readonly #service: Service;
  readonly #now: number;
  readonly requests: string[] = [];

  constructor(recorded: Recorded, options: { readonly service: Service; readonly now: Date }) {
    this.#recorded = recorded;
    this.#service = options.service;
    this.#now = options.now.getTime() / 1000;
  }

  /** Usable as `fetch`, on any host. */
  readonly fetch = ((input: RequestInfo | URL, init?: RequestInit) => {
    const request = new Request(input, init);
    try {
      return Promise.resolve(this.answer(request));
    } catch (error) {
      return Promise.reject(error);
    }
  }) as typeof globalThis.fetch;

  /** Usable as a server's handler. */
  answer(request: Request): Response {
    const url = new URL(request.url);
    this.requests.push(`${request.method} ${url.pathname}${url.search}`);
    if (request.method !== "GET") return Response.json({ error: "method_not_allowed" }, { status: 405 });
    const away = (source: string) => {
      if (this.#recorded.away?.includes(source)) {
        throw new TypeError("error sending request: Connection refused (os error 111)");
      }
    };
    switch (url.pathname) {
      case "/api/v1/query":
      case "/api/v1/query_range":
        away("prometheus");
        return this.#prometheus(url);
      case "/logs/tail":
        away("logs");
        return this.#logs(url);
      case "/events":
        away("manager");
        return Response.json({
          events: (this.#recorded.events ?? []).map(({ ago, ...rest }) => ({ at: this.#iso(ago), ...rest })),
        });
      case "/api/v2/alerts":
        away("alertmanager");
        return Response.json((this.#recorded.alerts ?? []).map(({ labels, ago }) => ({
          labels,
          annotations: {},
          startsAt: this.#iso(ago),
          endsAt: this.#iso(-300),
          fingerprint: "f",
          receivers: [{ name: "agent" }],
          status: { state: "active", inhibitedBy: [], silencedBy: [] },
          updatedAt: this.#iso(ago),
        })));
      default:
        return Response.json({ error: "not_found" }, { status: 404 });
    }
  }

  #iso(ago: number): string {
    return new Date((this.#now - ago) * 1000).toISOString();
  }

  #logs(url: URL): Response {
    const seconds = Number(url.searchParams.get("seconds") ?? 15);
    const limit = Number(url.searchParams.get("limit") ?? 500);
    const entries = (this.#recorded.logs ?? []).flatMap(({ message, level = "ERROR", pid = 4711, from, to, count }) =>
      Array.from({ length: count }, (_, index) => {
        const ago = count === 1 ? to : from - (from - to) * index / (count - 1);
        return { ago, pid, level, message: message.replaceAll("{n}", String(index)) };
      })
    ).filter(({ ago }) => ago <= seconds).sort((a, b) => b.ago - a.ago).slice(-limit);
    return Response.json({
      entries: entries.map(({ ago, ...entry }) => ({
        timestamp: this.#iso(ago).replace("T", " ").replace("Z", "").replace(".", ","),
        ...entry,
      })),
      count: entries.length,
    });
  }

  #prometheus(url: URL): Response {
    const query = url.searchParams.get("query")!;
    const series = this.#series(query);
    if (url.pathname === "/api/v1/query") {
      const at = Number(url.searchParams.get("time"));
      return Response.json({
        status: "success",
        data: {
          resultType: "vector",
          result: series.flatMap(({ labels, at: value }) => {
            const sample = value(this.#now - at);
            return sample === null ? [] : [{ metric: labels, value: [at, String(sample)] }];
          }),
        },
      });
    }
    const [start, end, step] = ["start", "end", "step"].map((name) => Number(url.searchParams.get(name)));
    return Response.json({
      status: "success",
      data: {
        resultType: "matrix",
        result: series.flatMap(({ labels, at: value }) => {
          const values: [number, string][] = [];
          for (let at = start!; at <= end! + 1e-6; at += step!) {
            const sample = value(this.#now - at);
            if (sample !== null) values.push([at, String(sample)]);
          }
          return values.length === 0 ? [] : [{ metric: labels, values }];
        }),
      },
    });
  }

  /** The series that one of the service's own queries stands for; none for any other query. */
  #series(query: string): { labels: Record<string, string>; at: (ago: number) => number | null }[] {
    const metrics = this.#service.metrics!;
    const queries = queriesOf(metrics);
    const { instance: instanceLabel, name: nameLabel, route: routeLabel, status: statusLabel } = metrics.labels;
    const instances = this.#recorded.instances ?? [];
    const routes = this.#recorded.routes ?? [];
    const by = [instanceLabel, ...(nameLabel === undefined ? [] : [nameLabel])];
    const named = (one: RecordedInstance) => ({
      [instanceLabel]: one.instance,
      ...(nameLabel === undefined ? {} : { [nameLabel]: one.name }),
    });
    const bare = (one: RecordedInstance) => ({ [instanceLabel]: one.instance });
    const each = (
      labels: (one: RecordedInstance) => Record<string, string>,
      value: (one: RecordedInstance, ago: number) => number | null,
    ) =>
      instances.map((one) => ({
        labels: labels(one),
        at: (ago: number) => isThere(one, ago) ? value(one, ago) : null,
      }));
    const eachRoute = (value: (route: RecordedRoute, ago: number) => number | null) =>
      routes.map((route) => ({ labels: { [routeLabel!]: route.route }, at: (ago: number) => value(route, ago) }));
    const total = (value: (one: RecordedInstance, route: RecordedRoute, ago: number) => number | null) => [{
      labels: {},
      at: (ago: number) => sum(instances.flatMap((one) => routes.map((route) => value(one, route, ago)))),
    }];
    const requests = (one: RecordedInstance, route: RecordedRoute, ago: number) => this.#requests(one, route, ago);
    const errors = (one: RecordedInstance, route: RecordedRoute, ago: number) => this.#errors(one, route, ago);
    const slow = (one: RecordedInstance, ago: number) => {
      const own = valueAt(one.p95_ms, ago);
      return scaled(own ?? largest(routes.map((route) => valueAt(route.p95_ms, ago))), 1 / 1000);
    };
    const match = (wanted: (queries: Queries) => string | undefined) => wanted(queries) === query;
    for (const usersOnly of [false, true]) {
      if (match((q) => q.requests([], { usersOnly }))) return total(requests);
      if (match((q) => q.errors([], { usersOnly }))) return total(errors);
      if (match((q) => q.requests(by, { usersOnly }))) {
        return each(named, (one, ago) => sum(routes.map((route) => requests(one, route, ago))));
      }
      if (match((q) => q.errors(by, { usersOnly }))) {
        return each(named, (one, ago) => sum(routes.map((route) => errors(one, route, ago))));
      }
      if (routeLabel !== undefined && match((q) => q.requests([routeLabel], { usersOnly }))) {
        return eachRoute((route, ago) => sum(instances.map((one) => requests(one, route, ago))));
      }
      if (routeLabel !== undefined && match((q) => q.errors([routeLabel], { usersOnly }))) {
        return eachRoute((route, ago) => sum(instances.map((one) => errors(one, route, ago))));
      }
      if (statusLabel !== undefined && match((q) => q.requests([statusLabel], { usersOnly }))) {
        const statuses = [...new Set(["500", ...routes.map((route) => route.status ?? "200")])];
        return statuses.map((status) => ({
          labels: { [statusLabel]: status },
          at: (ago: number) =>
            sum(instances.flatMap((one) =>
              routes.map((route) => {
                const failing = errors(one, route, ago);
                const all = requests(one, route, ago);
                if (failing === null || all === null) return null;
                return status === "500" ? failing : (route.status ?? "200") === status ? all - failing : 0;
              })
            )),
        }));
      }
    }
    if (match((q) => q.latencyP95([instanceLabel])) || match((q) => q.latencyMean([instanceLabel]))) {
      return each(bare, (one, ago) => slow(one, ago));
    }
    if (
      routeLabel !== undefined &&
      (match((q) => q.latencyP95([routeLabel])) || match((q) => q.latencyMean([routeLabel])))
    ) {
      return eachRoute((route, ago) =>
        scaled(
          largest([
            valueAt(route.p95_ms, ago),
            ...(route.steady === false
              ? []
              : instances.map((one) => isThere(one, ago) ? valueAt(one.p95_ms, ago) : null)),
          ]),
          1 / 1000,
        )
      );
    }
    if (match((q) => q.cpu())) return each(bare, (one, ago) => valueAt(one.cpu, ago));
    if (match((q) => q.memory())) return each(bare, (one, ago) => scaled(valueAt(one.memory_mb, ago), 2 ** 20));
    if (match((q) => q.startTime())) {
      return each(bare, (one, ago) => {
        const started = (one.starts ?? [3600]).filter((start) => start >= ago).at(-1);
        return started === undefined ? null : this.#now - started;
      });
    }
    if (match((q) => q.up())) return each(bare, (one, ago) => valueAt(one.up ?? 1, ago));
    return [];
  }

  #requests(one: RecordedInstance, route: RecordedRoute, ago: number): number | null {
    const there = (this.#recorded.instances ?? []).filter((other) =>
      isThere(other, ago) && valueAt(other.up ?? 1, ago) !== 0
    );
    const rps = valueAt(route.rps, ago);
    if (!isThere(one, ago) || rps === null) return null;
    return there.includes(one) ? rps / there.length : 0;
  }

  #errors(one: RecordedInstance, route: RecordedRoute, ago: number): number | null {
    const rps = this.#requests(one, route, ago);
    if (rps === null) return null;
    const own = route.steady === false ? null : valueAt(one.error_percent, ago);
    return rps * (own ?? valueAt(route.error_percent, ago) ?? 0) / 100;
  }
}

function isThere(one: RecordedInstance, ago: number): boolean {
  return ago <= (one.from ?? Infinity) && ago >= (one.until ?? -Infinity);
}

function valueAt(curve: Curve | undefined, ago: number): number | null {
  if (curve === undefined) return null;
  if (typeof curve === "number") return curve;
  return curve.filter(([from]) => from >= ago - 1e-6).at(-1)?.[1] ?? null;
}

function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b, 0);
}

function largest(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function scaled(value: number | null, factor: number): number | null {
  return value === null ? null : value * factor;
}
