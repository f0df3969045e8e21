import type { Catalogue, Service } from "../catalogue/mod.ts";
import { ToolError } from "../tool_error.ts";
import { type ActiveAlert, activeAlerts, type InstanceEvent, instanceEvents } from "./clients.ts";
import { checkoutCode } from "./code/checkout.ts";
import { githubCode, type GitHubOptions } from "./code/github.ts";
import { KnownPlaces } from "./code/known_places.ts";
import type { Places } from "./code/places.ts";
import type { CodeSource } from "./code/source.ts";
import { balancerLogs } from "./logs/balancer.ts";
import type { Logs } from "./logs/entry.ts";
import { fileLogs } from "./logs/file.ts";
import { Growth } from "./logs/growth.ts";
import { lokiLogs } from "./logs/loki.ts";
import { createPrometheus, type Prometheus } from "./prometheus.ts";

/** Addresses and credentials of everything that is read. */
export interface SourceOptions {
  readonly promUrl: string;
  readonly lbUrl: string;
  readonly alertmanagerUrl: string;
  readonly pmUrl: string;
  /** Folder of a local checkout, inside the working directory. */
  readonly codeRoot?: string | undefined;
  readonly github?: GitHubOptions | undefined;
}

/** What the tools read through; nothing here writes. */
export interface Sources {
  /** Every service that is described. */
  readonly services: readonly Service[];
  readonly prometheus: Prometheus;
  alerts(signal: AbortSignal): Promise<ActiveAlert[]>;
  /** @throws {ToolError} `not_configured` when the service's description names none. */
  logs(service: Service | undefined): Logs;
  code(service: Service | undefined): CodeSource;
  /** Derives paths in the service's repository from the files that stack traces print; null where there is no code to look at. */
  places(service: Service | undefined, signal: AbortSignal): Promise<Places | null>;
  /** @throws {ToolError} `not_configured` when the service's description names no source of changes. */
  events(service: Service | undefined, signal: AbortSignal): Promise<InstanceEvent[]>;
  /** Texts of all runbooks by file name. */
  runbooks(): Promise<ReadonlyMap<string, string>>;
}

/** Sources at `options`. */
export function createSources(
  options: SourceOptions,
  deps: { readonly fetch: typeof fetch; readonly now: () => Date; readonly catalogue: Catalogue },
): Sources {
  const { fetch, now, catalogue } = deps;
  const growth = new Growth();
  const known = new KnownPlaces(now);
  const code = (service: Service | undefined): CodeSource => {
    const wanted = service?.code.source ?? "none";
    if (wanted === "none") {
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml, as it was when the agent started, names no code for ${nameOf(service)}`,
      );
    }
    if (wanted !== "github" && options.codeRoot !== undefined) return checkoutCode(options.codeRoot);
    if (wanted !== "checkout" && options.github !== undefined) return githubCode(options.github, { fetch });
    throw new ToolError(
      "not_configured",
      `no code to read: set ${
        wanted === "checkout"
          ? "CODE_ROOT"
          : wanted === "github"
          ? "GITHUB_OWNER and GITHUB_REPO"
          : "CODE_ROOT, or GITHUB_OWNER and GITHUB_REPO"
      }`,
    );
  };
  return {
    services: catalogue.services,
    prometheus: createPrometheus(options.promUrl, { fetch, patient: true }),
    alerts: (signal) => activeAlerts(options.alertmanagerUrl, { fetch, signal }),
    logs(service) {
      const logs = service?.logs;
      if (logs?.source === "balancer") return balancerLogs(options.lbUrl, { fetch });
      if (logs?.source === "file") return fileLogs(logs.path, logs, { now, growth });
      if (logs?.source === "loki") return lokiLogs(logs, { fetch, now });
      throw new ToolError(
        "not_configured",
        `config/oncall.yaml, as it was when the agent started, names no logs for ${nameOf(service)}`,
      );
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
