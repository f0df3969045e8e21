import { createHash } from "node:crypto";
import { redact, redactDeep } from "../incidents/mod.ts";

type Fields = Readonly<Record<string, unknown>>;

/**
 * A delivery without secrets; the same value when there are none. What tells alerts and groups apart stays what it was:
 * fingerprints, and of a group's key that held a secret a hash.
 */
export function withoutSecrets(input: unknown): unknown {
  if (!isObject(input)) return redactDeep(input);
  // What the group's key hides in its quoting shows in the labels that it is made of.
  const { groupKey, alerts, ...others } = input;
  const fields = redactDeep(others);
  const cleanAlerts = Array.isArray(alerts) ? eachOf(alerts, withoutSecretsIn) : redactDeep(alerts);
  const key =
    typeof groupKey === "string" && (redact(groupKey) !== groupKey || fields.groupLabels !== others.groupLabels)
      ? hashedKey(groupKey, fields.groupLabels)
      : typeof groupKey === "string"
      ? groupKey
      : redactDeep(groupKey);
  const changed = fields !== others || cleanAlerts !== alerts || key !== groupKey;
  return changed ? { ...fields, alerts: cleanAlerts, groupKey: key } : input;
}

function withoutSecretsIn(alert: unknown): unknown {
  if (!isObject(alert)) return redactDeep(alert);
  // Sixteen digits of a hash may look like a card's number.
  const { fingerprint, generatorURL, ...others } = alert;
  const fields = redactDeep(others);
  const hash = typeof fingerprint === "string" && /^[0-9a-f]{16}$/.test(fingerprint)
    ? fingerprint
    : redactDeep(fingerprint);
  const url = typeof generatorURL === "string" ? withoutSecretsInUrl(generatorURL) : redactDeep(generatorURL);
  const changed = fields !== others || hash !== fingerprint || url !== generatorURL;
  return changed ? { ...fields, generatorURL: url, fingerprint: hash } : alert;
}

/** Prometheus puts the rule's expression into its link, escaped; with a secret in it, the link goes without its query. */
function withoutSecretsInUrl(url: string): string {
  const clean = redact(url);
  const plain = unescaped(clean);
  return plain === undefined || redact(plain) !== plain ? clean.split(/[?#]/, 1)[0]! : clean;
}

function unescaped(url: string): string | undefined {
  if (!url.includes("%")) return url;
  try {
    return decodeURIComponent(url.replaceAll("+", " "));
  } catch {
    return undefined;
  }
}

function hashedKey(groupKey: string, groupLabels: unknown): string {
  const hash = createHash("sha256").update(groupKey).digest("hex").slice(0, 16);
  return `${JSON.stringify(groupLabels)} sha256:${hash}`;
}

/** The same array when `change` changes nothing. */
function eachOf(values: readonly unknown[], change: (value: unknown) => unknown): readonly unknown[] {
  const changed = values.map(change);
  return changed.some((value, index) => value !== values[index]) ? changed : values;
}

function isObject(value: unknown): value is Fields {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}
