import { type Fields, fieldsOf, listOf } from "../json.ts";
import { keptAttributes, peerOf, type Span, statusOfSpan } from "./spans.ts";

/** The spans of a trace in OTLP's JSON, as Tempo and Jaeger's API v3 write it; ids may be hex or base64. */
export function spansOfOtlp(trace: unknown): Span[] {
  const holder = fieldsOf(trace);
  const inner = fieldsOf(holder.trace ?? holder.result ?? holder);
  const resources = listOf(inner.resourceSpans ?? inner.batches ?? holder.batches ?? holder.resourceSpans);
  return resources.flatMap((one) => {
    const resource = attributesOf(fieldsOf(fieldsOf(one).resource).attributes);
    const scopes = listOf(fieldsOf(one).scopeSpans ?? fieldsOf(one).instrumentationLibrarySpans);
    return scopes.flatMap((scope) =>
      listOf(fieldsOf(scope).spans).flatMap((span) => spanOf(fieldsOf(span), resource) ?? [])
    );
  });
}

const KINDS = ["internal", "internal", "server", "client", "producer", "consumer"] as const;

function spanOf(span: Fields, resource: ReadonlyMap<string, unknown>): Span | null {
  const [traceId, spanId] = [hex(span.traceId, 32), hex(span.spanId, 16)];
  const start = nanos(span.startTimeUnixNano);
  if (traceId === null || spanId === null || start === null) return null;
  const status = fieldsOf(span.status);
  const exception = listOf(span.events).map(fieldsOf).findLast(({ name }) => name === "exception");
  const attributes = keptAttributes([
    ...resource,
    ...attributesOf(exception?.attributes),
    ...attributesOf(span.attributes),
  ]);
  const kind = kindOf(span.kind);
  const end = nanos(span.endTimeUnixNano) ?? start;
  const error = status.code === 2 || status.code === "STATUS_CODE_ERROR" || attributes.error === "true";
  return {
    traceId,
    spanId,
    parentId: hex(span.parentSpanId, 16),
    service: String(resource.get("service.name") ?? "unknown"),
    name: String(span.name ?? "").slice(0, 300),
    kind,
    start,
    duration_ms: Math.max(0, end - start),
    error,
    status: statusOfSpan(attributes, typeof status.message === "string" ? status.message : undefined),
    peer: peerOf(kind, attributes),
    attributes,
  };
}

function kindOf(kind: unknown): Span["kind"] {
  if (typeof kind === "number") return KINDS[kind] ?? "internal";
  const word = String(kind ?? "").replace("SPAN_KIND_", "").toLowerCase();
  return KINDS.find((one) => one === word) ?? "internal";
}

/** An id in hexadecimal; null for none. */
function hex(id: unknown, length: number): string | null {
  if (typeof id !== "string" || id === "") return null;
  // Base64 has four characters for each three bytes.
  const isBase64 = id.length === Math.ceil(length / 2 / 3) * 4;
  if (/^[0-9a-f]+$/i.test(id) && !isBase64) return zeroless(id.toLowerCase().padStart(length, "0"));
  try {
    return zeroless(Uint8Array.from(atob(id), (char) => char.charCodeAt(0)).toHex().padStart(length, "0"));
  } catch {
    return id;
  }
}

function zeroless(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}

/** Milliseconds of nanoseconds, with their fraction. */
function nanos(value: unknown): number | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  const text = `${value}`;
  if (!/^\d{1,20}$/.test(text)) return Number.isFinite(Number(text)) ? Number(text) / 1e6 : null;
  const whole = BigInt(text);
  return Number(whole / 1_000_000n) + Number(whole % 1_000_000n) / 1e6;
}

/** OTLP's list of keys and typed values. */
function attributesOf(list: unknown): Map<string, unknown> {
  return new Map(
    listOf(list).map(fieldsOf).flatMap(({ key, value }) => typeof key === "string" ? [[key, valueOf(value)]] : []),
  );
}

function valueOf(value: unknown): unknown {
  const fields = fieldsOf(value);
  const [one] = Object.values(fields);
  if (fields.arrayValue !== undefined) return listOf(fieldsOf(fields.arrayValue).values).map(valueOf);
  return one;
}
