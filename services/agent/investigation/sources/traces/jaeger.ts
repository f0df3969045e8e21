import { ToolError } from "../../tool_error.ts";
import { getJson } from "../http.ts";
import { errorWords } from "../words.ts";
import { ordered } from "./gather.ts";
import { fieldsOf, listOf } from "../json.ts";
import { keptAttributes, peerOf, type Span, statusOfSpan, type Traces, type TraceSearch } from "./spans.ts";

/** Where a Jaeger is. */
export interface JaegerOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
}

/** Traces behind the API that Jaeger's own pages use, versions 1 and 2. */
export function jaegerTraces({ url, fetch }: JaegerOptions): Traces {
  const base = url.replace(/(?<!\/)\/+$/, "").replace(/\/(?:search|api)$/, "");
  const name = `Jaeger at ${new URL(base).origin}`;
  const ask = async (path: string, signal: AbortSignal) => {
    const answer = await getJson(`${base}${path}`, { fetch, signal, who: "Jaeger", maxBytes: 48 * 2 ** 20 });
    const body = fieldsOf(answer.body);
    if (answer.status === 200) return listOf(body.data);
    if (answer.status === 404) return [];
    const said = listOf(body.errors).map((one) => fieldsOf(one).msg).find((msg) => typeof msg === "string");
    throw new ToolError(
      "bad_answer",
      `${name} answered ${answer.status}: ${said ?? (errorWords(body) || "no reason given")}`,
    );
  };
  return {
    name,
    async search(service, search) {
      const limit = search.limit ?? 20;
      const found = await ask(`/api/traces?${paramsOf(service, search, limit)}`, search.signal);
      return ordered(found.map(spansOfJaeger), { from: name, limited: found.length >= limit });
    },
    services: async (signal) =>
      (await ask("/api/services", signal)).filter((one): one is string => typeof one === "string"),
  };
}

function paramsOf(service: string, { from, to, errors, minMs }: TraceSearch, limit: number): URLSearchParams {
  return new URLSearchParams({
    service,
    start: `${Math.round(from * 1000)}`,
    end: `${Math.round(to * 1000)}`,
    limit: `${limit}`,
    ...(errors ? { tags: JSON.stringify({ error: "true" }) } : {}),
    ...(minMs === undefined ? {} : { minDuration: `${Math.round(minMs)}ms` }),
  });
}

/** The spans of a trace as Jaeger's pages read it; times are microseconds. */
export function spansOfJaeger(trace: unknown): Span[] {
  const { spans, processes } = fieldsOf(trace);
  const known = fieldsOf(processes);
  return listOf(spans).map(fieldsOf).flatMap((span): Span[] => {
    const { traceID, spanID, startTime, duration } = span;
    if (typeof traceID !== "string" || typeof spanID !== "string" || typeof startTime !== "number") return [];
    const process = fieldsOf(span.process ?? known[String(span.processID)]);
    const tags = new Map([...tagsOf(process.tags), ...exceptionOf(span.logs), ...tagsOf(span.tags)]);
    const attributes = keptAttributes(tags);
    const kind = kindOf(tags.get("span.kind"));
    const parents = listOf(span.references).map(fieldsOf).filter(({ refType }) =>
      refType === "CHILD_OF" || refType === undefined
    );
    const parent = parents.at(0)?.spanID ?? span.parentSpanID;
    return [{
      traceId: traceID,
      spanId: spanID,
      parentId: typeof parent === "string" && parent !== "" ? parent : null,
      service: String(process.serviceName ?? "unknown"),
      name: String(span.operationName ?? "").slice(0, 300),
      kind,
      start: startTime / 1000,
      duration_ms: typeof duration === "number" ? duration / 1000 : 0,
      error: tags.get("error") === true || tags.get("error") === "true" || tags.get("otel.status_code") === "ERROR",
      status: statusOfSpan(attributes, undefined),
      peer: peerOf(kind, attributes),
      attributes,
    }];
  });
}

function kindOf(word: unknown): Span["kind"] {
  return word === "server" || word === "client" || word === "producer" || word === "consumer" ? word : "internal";
}

function tagsOf(tags: unknown): [string, unknown][] {
  return listOf(tags).map(fieldsOf).flatMap(({ key, value }) => typeof key === "string" ? [[key, value]] : []);
}

/** The newest exception that a span's log has, under the names that OpenTelemetry and OpenTracing use. */
function exceptionOf(logs: unknown): [string, unknown][] {
  const found = listOf(logs).map((one) => new Map(tagsOf(fieldsOf(one).fields)))
    .findLast((fields) =>
      fields.get("event") === "exception" || fields.get("event") === "error" || fields.has("error.object")
    );
  if (found === undefined) return [];
  const message = found.get("exception.message") ?? found.get("message") ?? found.get("error.object");
  return [...found].filter(([key]) => key.startsWith("exception.") || key.startsWith("error."))
    .concat(message === undefined ? [] : [["exception.message", message]]);
}
