import { ToolError } from "../../tool_error.ts";
import { MOST_SPANS, type Span, type TraceRead } from "./spans.ts";

/** Traces that are asked for at the same time. */
const AT_ONCE = 6;

/** The answer for each id, a few at a time; an error stands for a trace that could not be read. */
export async function inTurns(
  ids: readonly string[],
  ask: (id: string) => Promise<Span[]>,
): Promise<(readonly Span[] | ToolError)[]> {
  const found: (readonly Span[] | ToolError)[] = [];
  for (let at = 0; at < ids.length; at += AT_ONCE) {
    found.push(
      ...await Promise.all(
        ids.slice(at, at + AT_ONCE).map((id) =>
          ask(id).catch((error: unknown) => {
            if (error instanceof ToolError && error.code !== "cancelled") return error;
            throw error;
          })
        ),
      ),
    );
  }
  return found;
}

/**
 * All spans, oldest first, and what is missing.
 *
 * @throws {ToolError} when no trace could be read although some were found.
 */
export function ordered(
  traces: readonly (readonly Span[] | ToolError)[],
  { from, limited }: { readonly from: string; readonly limited: boolean },
): TraceRead {
  const failed = traces.filter((one) => one instanceof ToolError);
  if (failed.length > 0 && failed.length === traces.length) throw failed[0]!;
  const spans = traces.flatMap((one) => one instanceof ToolError ? [] : one).toSorted((a, b) => a.start - b.start);
  return {
    spans: spans.slice(0, MOST_SPANS),
    traces: traces.length - failed.length,
    from,
    limited: limited || spans.length > MOST_SPANS,
    missing: [
      ...(failed.length > 0
        ? [`${failed.length} of ${traces.length} traces could not be read: ${failed[0]!.message}`]
        : []),
      ...(spans.length > MOST_SPANS ? [`only ${MOST_SPANS} of ${spans.length} spans were kept`] : []),
    ],
  };
}
