import type { Catalogue, Service } from "../catalogue/mod.ts";
import { ToolError } from "../tool_error.ts";
import { changesFileOf, type SecretReader } from "../../connections/mod.ts";
import { type ActiveAlert, activeAlerts, type InstanceEvent, instanceEvents } from "./clients.ts";
import { Connected } from "./connected.ts";
import { changesOf } from "./changes/mod.ts";
import type { GitHubOptions } from "./code/github.ts";
import { type CodeDeps, codeOf } from "./code/of_service.ts";
import { KnownPlaces } from "./code/known_places.ts";
import type { Places } from "./code/places.ts";
import type { CodeSource } from "./code/source.ts";
import { type ClusterSource, liveCluster } from "./kubernetes/mod.ts";
import type { Logs } from "./logs/entry.ts";
import { Growth } from "./logs/growth.ts";
import { logsOf } from "./logs/of_service.ts";
import { createPrometheus, type Prometheus } from "./prometheus.ts";
import { jaegerTraces, tempoTraces, type Traces } from "./traces/mod.ts";

/** Addresses and credentials of everything that is read. */
export interface SourceOptions {
  readonly promUrl: string;
  readonly lbUrl: string;
  readonly alertmanagerUrl: string;
  readonly pmUrl: string;
  /** Folder of a local checkout, inside the working directory. */
  readonly codeRoot?: string | undefined;
  readonly github?: GitHubOptions | undefined;
  /** Where what was told to `POST /changes` is kept; default: `run`. */
  readonly runDir?: string | undefined;
}

type CodeAlerts = CodeDeps["alerts"];

/** What the tools read through; nothing here writes. */
export interface Sources {
  /** Every service that is described. */
  readonly services: readonly Service[];
  /** The server that has the metrics of the service under investigation; of the default one where none is. */
  readonly prometheus: Prometheus;
  /** The server that has a service's metrics. */
  metrics(service: Service | undefined): Prometheus;
  /** The same sources for one incident: `prometheus` is that of the service, and code is that which its alerts name. */
  of(service: Service | undefined, alerts?: CodeAlerts): Sources;
  alerts(signal: AbortSignal): Promise<ActiveAlert[]>;
  /** @throws {ToolError} `not_configured` when the service's description names none. */
  logs(service: Service | undefined): Logs;
  /** @throws {ToolError} `not_configured` when the service's description names none. */
  traces(service: Service | undefined): ServiceTraces;
  code(service: Service | undefined): CodeSource;
  /** Derives paths in the service's repository from the files that stack traces print; null where there is no code to look at. */
  places(service: Service | undefined, signal: AbortSignal): Promise<Places | null>;
  /** @throws {ToolError} `not_configured` when the service's description names no source of changes. */
  events(service: Service | undefined, signal: AbortSignal): Promise<InstanceEvent[]>;
  /** The Kubernetes cluster; undefined when config/oncall.yaml names none. */
  readonly cluster?: ClusterSource | undefined;
  /** Texts of all runbooks by file name. */
  runbooks(): Promise<ReadonlyMap<string, string>>;
}

/** Where a service's traces are, and what it is called in them. */
export interface ServiceTraces {
  readonly source: Traces;
  readonly names: readonly string[];
}

/** Sources at `options`. */
export function createSources(
  options: SourceOptions,
  deps: {
    readonly fetch: typeof fetch;
    readonly now: () => Date;
    readonly catalogue: Catalogue;
    readonly secrets?: SecretReader;
  },
): Sources {
  const { fetch, now, catalogue } = deps;
  const connected = new Connected(catalogue.connections, deps);
  const growth = new Growth();
  const known = new KnownPlaces(now);
  const metrics = metricsReader(options, { fetch, connected });
  const codeFor = (alerts: CodeAlerts) => (service: Service | undefined): CodeSource =>
    codeOf(service, {
      fetch,
      connected,
      codeRoot: options.codeRoot,
      github: options.github,
      prometheus: metrics(service),
      now,
      alerts,
    });
  const code = codeFor([]);
  const sources: Sources = {
    services: catalogue.services,
    cluster: liveCluster(connected, { fetch, now }),
    prometheus: metrics(undefined),
    metrics,
    of: (service, alerts = []) => ({ ...sources, prometheus: metrics(service), code: codeFor(alerts) }),
    alerts: (signal) => alertsOf(options, { fetch, signal, connected }),
    logs(service) {
      const logs = service === undefined
        ? undefined
        : logsOf(service.logs, { fetch, now, growth, connected, lbUrl: options.lbUrl });
      if (logs !== undefined) return logs;
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml, as it was when the agent started, names no logs for ${nameOf(service)}`,
      );
    },
    traces(service) {
      const traces = service?.traces;
      if (service === undefined || traces === undefined) {
        throw new ToolError("not_configured", `config/oncall.yaml names no traces for ${nameOf(service)}`);
      }
      const { connection, fetch } = connected.open(traces.connection, "tempo", "jaeger");
      const open = connection.kind === "tempo" ? tempoTraces : jaegerTraces;
      return { source: open({ url: connection.url, fetch }), names: traces.service ?? [service.name] };
    },
    code,
    async places(service, signal) {
      if (service === undefined || service.code.source === "none") return null;
      try {
        return await known.of(service.name, { source: code(service), allowed: service.code, signal });
      } catch (cause) {
        if (cause instanceof ToolError) return null;
        throw cause;
      }
    },
    // Refused through the promise, so that what else is read at the same time is not lost.
    async events(service, signal) {
      if (service?.changes.source === "manager") return await instanceEvents(options.pmUrl, { fetch, signal });
      if (service?.changes.source === "connections") {
        return await changesOf(service, { connected, changesFile: changesFileOf(options.runDir ?? "run"), signal });
      }
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml names no source of changes for ${nameOf(service)}`,
      );
    },
    async runbooks() {
      const found = new Map<string, string>();
      try {
        for await (const entry of Deno.readDir(catalogue.runbooks)) {
          if (!entry.isFile || !entry.name.endsWith(".md") || found.size >= 500) continue;
          const text = await Deno.readTextFile(`${catalogue.runbooks}/${entry.name}`);
          found.set(entry.name, withAddresses(text, options));
        }
      } catch (cause) {
        if (cause instanceof Deno.errors.NotFound) return found;
        throw new ToolError("refused", `${catalogue.runbooks} cannot be read`, { cause });
      }
      return found;
    },
  };
  return sources;
}

/** Opens the Prometheus of a service: the one it names, else the only one of the configuration, else that of PROM_URL. */
function metricsReader(
  { promUrl }: SourceOptions,
  { fetch, connected }: { readonly fetch: typeof globalThis.fetch; readonly connected: Connected },
): (service: Service | undefined) => Prometheus {
  const opened = new Map<string | undefined, Prometheus>();
  const [first] = connected.named("prometheus");
  return (service) => {
    const name = service?.metrics?.connection ?? first;
    let server = opened.get(name);
    if (server === undefined) {
      if (name === undefined) server = createPrometheus(promUrl, { fetch, patient: true });
      else {
        const { connection, fetch } = connected.open(
          name,
          "prometheus",
          "thanos",
          "mimir",
          "cortex",
          "victoriametrics",
        );
        server = createPrometheus(connection.url, { fetch, patient: true });
      }
      opened.set(name, server);
    }
    return server;
  };
}

/** What all Alertmanagers of the configuration have active, each alert once; members of a cluster answer the same. */
async function alertsOf(
  { alertmanagerUrl }: SourceOptions,
  { fetch, signal, connected }: {
    readonly fetch: typeof globalThis.fetch;
    readonly signal: AbortSignal;
    readonly connected: Connected;
  },
): Promise<ActiveAlert[]> {
  const servers = connected.named("alertmanager").flatMap((name) => {
    const { connection, fetch } = connected.open(name, "alertmanager");
    return connection.url.map((url) => ({ url, fetch }));
  });
  if (servers.length === 0) return await activeAlerts(alertmanagerUrl, { fetch, signal });
  const answers = await Promise.allSettled(servers.map(({ url, fetch }) => activeAlerts(url, { fetch, signal })));
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined && answers.every(({ status }) => status === "rejected")) throw failed.reason;
  const found = new Map<string, ActiveAlert>();
  for (const answer of answers) {
    for (const alert of answer.status === "fulfilled" ? answer.value : []) {
      const key = JSON.stringify(Object.entries(alert.labels).sort());
      if (!found.has(key)) found.set(key, alert);
    }
  }
  return [...found.values()];
}

/** A runbook with the addresses of this system in place of `$PM_URL` and the others; credentials in them stay out. */
function withAddresses(text: string, { lbUrl, pmUrl, promUrl, alertmanagerUrl }: SourceOptions): string {
  const addresses = { LB_URL: lbUrl, PM_URL: pmUrl, PROM_URL: promUrl, ALERTMANAGER_URL: alertmanagerUrl };
  return text.replaceAll(/\$(LB|PM|PROM|ALERTMANAGER)_URL\b/g, (name) => {
    const url = new URL(addresses[name.slice(1) as keyof typeof addresses]);
    return `${url.origin}${url.pathname.replace(/\/$/, "")}`;
  });
}

function nameOf(service: Service | undefined): string {
  return service === undefined ? "this alert's service: no entry matches its labels" : service.name;
}
