import { createHmac } from "node:crypto";
import { Buffer } from "node:buffer";

const PREFIX = "whsec_";

/** The bytes of a Standard Webhooks key, with `whsec_` or without; undefined when it is none. */
export function keyOf(secret: string): Buffer | undefined {
  const base64 = secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret;
  if (!/^[A-Za-z0-9+/]{1,200}={0,2}$/.test(base64)) return undefined;
  const key = Buffer.from(base64, "base64");
  return key.length >= 24 && key.length <= 64 ? key : undefined;
}

/** What is signed. */
export interface Signed {
  readonly id: string;
  /** Seconds since the epoch. */
  readonly timestamp: number;
  readonly body: string;
}

/**
 * The headers of a Standard Webhooks request, with one signature for each key
 * (https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md).
 */
export function signedHeaders({ id, timestamp, body }: Signed, secrets: readonly string[]): Record<string, string> {
  const signatures = secrets.map((secret) =>
    `v1,${createHmac("sha256", keyOf(secret)!).update(`${id}.${timestamp}.${body}`).digest("base64")}`
  );
  return { "webhook-id": id, "webhook-timestamp": String(timestamp), "webhook-signature": signatures.join(" ") };
}
