import { parseJson } from "../../../../lib/http/mod.ts";
import { ToolError } from "../../tool_error.ts";
import { getText } from "../http.ts";
import { errorWords, wordsOf } from "../words.ts";
import { fieldsOf, listOf } from "../json.ts";
import { spansOfOtlp } from "./otlp.ts";
import { inTurns, ordered } from "./gather.ts";
import type { Traces, TraceSearch } from "./spans.ts";

/** Where a Tempo is. */
export interface TempoOptions {
  readonly url: string;
  readonly fetch: typeof fetch;
}

/** Traces behind Tempo's HTTP API: a search by TraceQL, then each trace. */
export function tempoTraces({ url, fetch }: TempoOptions): Traces {
  const base = url.replace(/(?<!\/)\/+$/, "");
  const name = `Tempo at ${new URL(base).origin}`;
  const ask = async (path: string, { signal, absent }: { readonly signal: AbortSignal; readonly absent: boolean }) => {
    const { status, text } = await getText(`${base}${path}`, { fetch, signal, who: "Tempo", maxBytes: 32 * 2 ** 20 });
    if (status === 404 && absent) return null;
    const body = parsed(text);
    if (status === 200 && body !== undefined) return body;
    const said = body === undefined ? wordsOf(text) : errorWords(body);
    throw new ToolError("bad_answer", `${name} answered ${status}: ${said || "no reason given"}`);
  };
  const traceOf = async (id: string, { from, to, signal }: TraceSearch) => {
    // A trace is looked for where its search found it; without times all blocks are read.
    const times = new URLSearchParams({
      start: `${Math.floor(from / 1000) - 300}`,
      end: `${Math.ceil(to / 1000) + 300}`,
    });
    return spansOfOtlp(await ask(`/api/traces/${encodeURIComponent(id)}?${times}`, { signal, absent: true }));
  };
  return {
    name,
    async search(service, search) {
      const limit = search.limit ?? 20;
      const params = new URLSearchParams({
        q: traceQl(service, search),
        start: `${Math.floor(search.from / 1000)}`,
        end: `${Math.ceil(search.to / 1000)}`,
        limit: `${limit}`,
      });
      const found = fieldsOf(await ask(`/api/search?${params}`, { signal: search.signal, absent: false }));
      const ids = listOf(found.traces).map((one) => fieldsOf(one).traceID ?? fieldsOf(one).traceId)
        .filter((id): id is string => typeof id === "string" && id.isWellFormed());
      return ordered(await inTurns(ids, (id) => traceOf(id, search)), { from: name, limited: ids.length >= limit });
    },
    async services(signal) {
      const body = await ask("/api/v2/search/tag/resource.service.name/values", { signal, absent: true }) ??
        await ask("/api/search/tag/service.name/values", { signal, absent: false });
      return listOf(fieldsOf(body).tagValues).map((one) =>
        typeof one === "string" ? one : String(fieldsOf(one).value ?? "")
      )
        .filter((one) => one !== "");
    },
  };
}

function traceQl(service: string, { errors, minMs }: TraceSearch): string {
  const wanted = [
    `resource.service.name = ${JSON.stringify(service)}`,
    ...(errors ? ["status = error"] : []),
    ...(minMs === undefined ? [] : [`duration >= ${Math.round(minMs)}ms`]),
  ];
  return `{ ${wanted.join(" && ")} }`;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch {
    return undefined;
  }
}
