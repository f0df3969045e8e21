import * as v from "valibot";
import { explainDenied } from "../../../lib/configuration/mod.ts";

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
}

/** How Alertmanager is asked. */
export interface LookOptions {
  readonly fetch: typeof globalThis.fetch;
  readonly now: () => Date;
  readonly signal: AbortSignal;
}

const statusSchema = v.object({ uptime: v.pipe(v.string(), v.check((text) => !Number.isNaN(Date.parse(text)))) });
const alertsSchema = v.array(v.object({
  fingerprint: v.pipe(v.string(), v.nonEmpty()),
  labels: v.record(v.string(), v.string()),
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
  return {
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
): Promise<{ value: v.InferOutput<S>; at: Date }> {
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
  return { value: parsed.output, at: Number.isNaN(at.getTime()) ? now() : at };
}
