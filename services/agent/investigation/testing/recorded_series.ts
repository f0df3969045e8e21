import type { Service } from "../catalogue/mod.ts";
import { type Queries, queriesOf } from "../sources/mod.ts";
import type { Curve, Recorded, RecordedInstance, RecordedRoute } from "./recorded.ts";

/** What Prometheus has of a recorded situation, worked out from what each instance and route did. */
export class RecordedSeries {
  readonly #recorded: Recorded;
  readonly #service: Service;
  readonly #now: number;

  /** `now`: seconds since the epoch. */
  constructor(recorded: Recorded, options: { readonly service: Service; readonly now: number }) {
    this.#recorded = recorded;
    this.#service = options.service;
    this.#now = options.now;
  }

  /** The series that one of the service's own queries stands for; none for any other query. */
  of(query: string): { labels: Record<string, string>; at: (ago: number) => number | null }[] {
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
    if (match((q) => q.latencyP95([instanceLabel]))) return each(bare, slow);
    if (match((q) => q.latencyMean([instanceLabel]))) {
      return each(bare, (one, ago) => scaled(valueAt(one.mean_ms, ago), 1 / 1000) ?? slow(one, ago));
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

  /** What Prometheus reads: an address of each instance, under the service's job. */
  targets(): { labels: Record<string, string>; at: (ago: number) => number | null }[] {
    const job = /job="([^"]+)"/.exec(this.#service.metrics?.selector ?? "")?.[1] ?? this.#recorded.name;
    return (this.#recorded.instances ?? []).map(({ instance }) => ({ labels: { job, instance }, at: () => 1 }));
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
