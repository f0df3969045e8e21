/** HTTP/1.1 as it is on a socket: heads, bodies, and what has to be refused. */
export { ascii, findHeadEnd, latin1 } from "./bytes.ts";
export { type Body, ChunkedBody, CloseBody, LengthBody, noBody } from "./body.ts";
export { CHUNK_OVERHEAD, Outgoing } from "./outgoing.ts";
export { badRequest, HttpProblem } from "./problem.ts";
export { type ByteSink, Reader, writeAll } from "./reader.ts";
export { reasonPhrase } from "./reason_phrase.ts";
export { forwardedLines, RequestHead } from "./request_head.ts";
export { type Framing, ResponseHead, type ResponseShape } from "./response_head.ts";
