import * as v from "valibot";
import { ApiError } from "../lib/http/mod.ts";

const duration = "expected milliseconds from 0 to 600000";
const milliseconds = v.pipe(v.number(duration), v.minValue(0, duration), v.maxValue(600_000, duration));

const share = "expected a share from 0 to 1";

/** Body of `POST /fault`. */
export const faultRequest = v.strictObject({
  mode: v.picklist(
    ["none", "latency", "errors", "cpu", "oom_safe", "crash"],
    "expected one of none, latency, errors, cpu, oom_safe, crash",
  ),
  latency_ms: v.optional(milliseconds),
  p_error: v.optional(v.pipe(v.number(share), v.minValue(0, share), v.maxValue(1, share))),
  cpu_ms: v.optional(milliseconds),
  ports: v.optional(
    v.pipe(
      v.array(v.pipe(v.number("expected a port"), v.integer("expected a port"))),
      v.nonEmpty("expected at least one port"),
    ),
  ),
});

/** What an instance answered; status 0: it did not. */
export interface FaultResult {
  readonly status: number;
  readonly message?: string;
}

/** How long an instance has to answer, in milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * Sends `fault` to `POST /faults` of each instance, all at once; the answers by port.
 *
 * @throws {ApiError} when not every instance took it, with what each said: 4xx when all found it wrong, else 502.
 */
export async function setFaults(
  instances: readonly { readonly port: number; readonly url: string }[],
  options: {
    readonly fault: Omit<v.InferOutput<typeof faultRequest>, "ports">;
    readonly fetch: typeof globalThis.fetch;
  },
): Promise<Record<string, FaultResult>> {
  const { fault, fetch } = options;
  const answers = await Promise.all(instances.map(async ({ port, url }) => [String(port), await tell(url)] as const));
  const results = Object.fromEntries(answers);
  const failed = answers.filter(([, { status }]) => status !== 200);
  if (failed.length === 0) return results;
  const refused = failed.length === answers.length &&
    failed.every(([, { status }]) => status === 400 || status === 422);
  const message = failed.map(([port, { status, message }]) => `${port}: ${message ?? `status ${status}`}`).join("; ");
  throw new ApiError(refused ? 400 : 502, refused ? "invalid_input" : "fault_not_set", message, { ok: false, results });

  async function tell(url: string): Promise<FaultResult> {
    try {
      const response = await fetch(`${url}/faults`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify(fault),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      const text = await response.text();
      return response.ok ? { status: response.status } : { status: response.status, message: reasonIn(text) };
    } catch (error) {
      return { status: 0, message: error instanceof Error ? error.message : String(error) };
    }
  }
}

function reasonIn(body: string): string {
  try {
    return String(JSON.parse(body).message);
  } catch {
    return body.slice(0, 200);
  }
}
