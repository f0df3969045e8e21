import * as v from "valibot";
import { parse } from "yaml";
import { explainDenied } from "../../../lib/configuration/mod.ts";

/** An alert that Alertmanager would deliver: neither silenced nor inhibited, and for a receiver that is a webhook. */
export interface ActiveAlert {
  readonly fingerprint: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339. */
  readonly startsAt: string;
  /** The whole of it, as Alertmanager has it. */
  readonly raw: unknown;
}

/** What Alertmanager knows at a moment. */
export interface Sight {
  /** Fingerprints of the alerts that are not over, whether they are silenced, inhibited or told. */
  readonly fingerprints: ReadonlySet<string>;
  /** Names of these alerts. */
  readonly names: ReadonlySet<string>;
  /** When Alertmanager started, as it says; another value is another process. */
  readonly startedAt: string;
  /** How long it has been up by its own clock, in milliseconds. */
  readonly upMs: number;
  readonly active: readonly ActiveAlert[];
  /** The moment, by Alertmanager's clock. */
  readonly at: Date;
}

/** How Alertmanager is asked. */
export interface LookOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

const statusSchema = v.object({
  uptime: v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)))),
  config: v.optional(v.object({ original: v.optional(v.string(), "") }), { original: "" }),
});
const alertsSchema = v.array(v.object({
  fingerprint: v.pipe(v.string(), v.nonEmpty()),
  labels: v.record(v.string(), v.string()),
  annotations: v.optional(v.record(v.string(), v.string()), {}),
  startsAt: v.optional(v.string(), ""),
  receivers: v.optional(v.array(v.object({ name: v.string() })), []),
  status: v.optional(v.object({ state: v.optional(v.string(), "active") }), { state: "active" }),
}));
const KINDS = "active=true&silenced=true&inhibited=true&unprocessed=true";

/**
 * Asks Alertmanager (API v2) for its alerts and since when it is up.
 *
 * @throws {Error} in one line, when it does not answer or its answer cannot be used.
 */
export async function lookAt(baseUrl: string, options: LookOptions): Promise<Sight> {
  const status = await getJson(`${baseUrl}/api/v2/status`, statusSchema, options);
  const alerts = await getJson(`${baseUrl}/api/v2/alerts?${KINDS}`, alertsSchema, options);
  const webhooks = webhookReceivers(status.value.config.original);
  const active = alerts.value.flatMap(({ fingerprint, labels, annotations, startsAt, receivers, status }, index) => {
    if (status.state !== "active" || Number.isNaN(Date.parse(startsAt))) return [];
    const ours = webhooks === undefined || receivers.length === 0 || receivers.some(({ name }) => webhooks.has(name));
    return ours ? [{ fingerprint, labels, annotations, startsAt, raw: (alerts.raw as unknown[])[index] }] : [];
  });
  return {
    active,
    at: status.at,
    fingerprints: new Set(alerts.value.map((alert) => alert.fingerprint)),
    names: new Set(alerts.value.map((alert) => alert.labels.alertname ?? "")),
    startedAt: status.value.uptime,
    // The answer's own time is in whole seconds.
    upMs: Math.max(0, status.at.getTime() - Date.parse(status.value.uptime)),
  };
}

async function getJson<S extends v.GenericSchema>(
  url: string,
  schema: S,
  { fetch, now, signal }: LookOptions,
): Promise<{ value: v.InferOutput<S>; raw: unknown; at: Date }> {
  const what = new URL(url).pathname;
  let response: Response;
  let body: unknown;
  try {
    response = await fetch(url, { headers: { accept: "application/json" }, redirect: "manual", signal });
    if (!response.ok) {
      await response.body?.cancel();
      throw new Error(`it answered ${response.status}`);
    }
    body = await response.json();
  } catch (cause) {
    const reason = explainDenied(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new Error(`Cannot read Alertmanager's ${what}: ${reason}`, { cause });
  }
  const parsed = v.safeParse(schema, body);
  if (!parsed.success) throw new Error(`Cannot read Alertmanager's ${what}: it is not in the shape of API v2`);
  const at = new Date(response.headers.get("date") ?? "");
  return { value: parsed.output, raw: body, at: Number.isNaN(at.getTime()) ? now() : at };
}

/**
 * Names of the receivers that are webhooks, of those to a path `/alerts` where there are some: an alert for a chat or a
 * mailbox is not meant for an agent. Undefined where the configuration does not say.
 */
function webhookReceivers(config: string): ReadonlySet<string> | undefined {
  if (config.trim() === "") return undefined;
  let receivers: unknown;
  try {
    receivers = parse(config)?.receivers;
  } catch {
    return undefined;
  }
  if (!Array.isArray(receivers)) return undefined;
  const urls = new Map<string, string[]>();
  for (const receiver of receivers) {
    const hooks = Array.isArray(receiver?.webhook_configs) ? receiver.webhook_configs : [];
    if (hooks.length > 0) urls.set(String(receiver.name), hooks.map((hook: { url?: unknown }) => String(hook?.url)));
  }
  if (urls.size === 0) return undefined;
  const named = [...urls].filter(([, of]) => of.some((url) => /\/alerts\/?$/.test(url)));
  return new Set((named.length > 0 ? named : [...urls]).map(([name]) => name));
}
