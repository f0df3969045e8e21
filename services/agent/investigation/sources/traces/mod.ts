/** Where traces are read from. */
export { jaegerTraces } from "./jaeger.ts";
export { tempoTraces } from "./tempo.ts";
export type { Peer, Span, TraceRead, Traces, TraceSearch } from "./spans.ts";
