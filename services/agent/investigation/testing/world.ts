import type { Service } from "../catalogue/mod.ts";
import type { Recorded } from "./recorded.ts";
import { RecordedSeries } from "./recorded_series.ts";

/** Answers as Prometheus, the balancer, the manager and Alertmanager would in a recorded situation. */
export class World {
  readonly #recorded: Recorded;
  readonly #series: RecordedSeries;
  readonly #now: number;
  readonly requests: string[] = [];

  constructor(recorded: Recorded, options: { readonly service: Service; readonly now: Date }) {
    this.#recorded = recorded;
    this.#now = options.now.getTime() / 1000;
    this.#series = new RecordedSeries(recorded, { service: options.service, now: this.#now });
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
      case "/api/v1/targets":
        away("prometheus");
        return Response.json({
          status: "success",
          data: {
            activeTargets: (this.#recorded.instances ?? []).map(({ instance, scrape_error: lastError = "" }) => ({
              labels: { instance, job: "inventory" },
              health: lastError === "" ? "up" : "down",
              lastError,
            })),
          },
        });
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
    const series = this.#series.of(query);
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
}
