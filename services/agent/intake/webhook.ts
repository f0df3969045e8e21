import * as v from "valibot";
import { ApiError, parseInput } from "../../lib/http/mod.ts";
import { redact } from "../incidents/mod.ts";
import { withoutSecrets } from "./secrets.ts";
import { isZeroTime, utc } from "./time.ts";

/** An alert as a delivery has it, with its times in UTC. */
export interface DeliveredAlert {
  readonly fingerprint: string;
  readonly status: "firing" | "resolved";
  readonly starts_at: string;
  /** Null while it fires, or when it was not told. */
  readonly ends_at: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly generator_url: string;
}

/** What a delivery says, as far as it matters here, without secrets. */
export interface Webhook {
  /** The group's key; where it held a secret, one made of what is left and a hash of the whole. */
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  /** Each alert once. */
  readonly alerts: readonly DeliveredAlert[];
  /** The body as it may be kept. */
  readonly body: string;
}

const pairs = v.record(v.string(), v.string("expected text"));
const time = v.pipe(
  v.string("expected a time"),
  v.transform((text) => isZeroTime(text) ? null : utc(text)),
  v.check((value) => value !== undefined, "expected a time such as 2026-01-01T00:00:00Z"),
  v.transform((value) => value as string | null),
);
const status = v.picklist(["firing", "resolved"], "expected firing or resolved");

/** Body of `POST /alerts`. Unknown fields are left out, not refused: Alertmanager adds some from time to time. */
export const webhookSchema = v.object({
  version: v.literal("4", 'expected "4"'),
  groupKey: v.pipe(v.string("expected text"), v.nonEmpty("expected some text")),
  truncatedAlerts: v.pipe(
    v.number("expected a number"),
    v.integer("expected a whole number"),
    v.minValue(0, "expected 0 or more"),
  ),
  status,
  receiver: v.string("expected text"),
  groupLabels: pairs,
  commonLabels: pairs,
  commonAnnotations: pairs,
  externalURL: v.string("expected text"),
  alerts: v.array(v.object({
    status,
    labels: pairs,
    annotations: pairs,
    startsAt: time,
    endsAt: time,
    generatorURL: v.string("expected text"),
    fingerprint: v.pipe(v.string("expected text"), v.regex(/^[0-9a-f]{16}$/, "expected 16 hex digits")),
  })),
});

/**
 * Reads a delivery of Alertmanager's webhook, version 4.
 *
 * @throws {ApiError} 400 `invalid_json`, or `invalid_input` naming every wrong field.
 */
export function parseWebhook(body: string): Webhook {
  let input: unknown;
  try {
    input = JSON.parse(body);
  } catch (cause) {
    // The reason quotes the body, and is logged.
    const reason = redact(cause instanceof Error ? cause.message : String(cause));
    throw new ApiError(400, "invalid_json", `The body is not JSON: ${reason}.`, {}, { cause });
  }
  const clean = withoutSecrets(input);
  const { alerts, ...group } = parseInput(webhookSchema, clean);
  const { groupKey, truncatedAlerts, groupLabels, commonLabels, commonAnnotations } = group;
  const known = new Map<string, DeliveredAlert>();
  for (const alert of alerts) {
    const { fingerprint, labels, annotations, generatorURL, startsAt, endsAt } = alert;
    const key = `${fingerprint} ${startsAt}`;
    // Said twice in one delivery, with different words: over is the later news.
    if (known.get(key)?.status === "resolved") continue;
    known.set(key, {
      fingerprint,
      status: alert.status,
      starts_at: startsAt ?? "1970-01-01T00:00:00Z",
      ends_at: alert.status === "firing" ? null : endsAt,
      labels,
      annotations,
      generator_url: generatorURL,
    });
  }
  return {
    groupKey,
    truncatedAlerts,
    groupLabels,
    commonLabels,
    commonAnnotations,
    alerts: [...known.values()],
    body: clean === input ? body : JSON.stringify(clean),
  };
}
