import type { Downstream } from "./downstream.ts";
import { BODY_IN_FLIGHT } from "./proxy.ts";
import type { PooledConnection } from "./pooled_connection.ts";
import {
  badRequest,
  type Body,
  ChunkedBody,
  CloseBody,
  findHeadEnd,
  type Framing,
  LengthBody,
  noBody,
  type Outgoing,
  type ResponseHead,
} from "../lib/http1/mod.ts";

const MAX_RESPONSE_HEAD = 64 * 1024;
/** Largest body that is copied behind its head, in bytes; above it a separate write is cheaper. */
export const COPIED: number = 16 * 1024;

/**
 * Parses the head of an answer into `response`, if it is there in full: the index behind it, or -1.
 *
 * @throws {HttpProblem} when it is no answer.
 */
export function takeHead(connection: PooledConnection, response: ResponseHead): number {
  const { reader } = connection;
  const { available } = reader;
  if (available === 0) return -1;
  connection.answered = true;
  if (connection.scanned === 0 || findHeadEnd(reader.buf, reader.start + connection.scanned, reader.end) >= 0) {
    const end = response.parse(reader.buf, reader.start, reader.end);
    if (end >= 0) {
      connection.scanned = 0;
      return end;
    }
  }
  if (available >= MAX_RESPONSE_HEAD) throw badRequest("A response's head is too large.");
  if (available === reader.buf.length) reader.grow(MAX_RESPONSE_HEAD);
  connection.scanned = Math.max(1, available - 3);
  return -1;
}

/** The body after a head, as received (`inner`) and as forwarded (`outer`). */
export function bodyOf(inner: Framing, outer: Framing, length: number): Body {
  if (inner === "none") return noBody;
  if (inner === "length") return new LengthBody(length);
  return inner === "chunked" ? new ChunkedBody(outer === "chunked") : new CloseBody(outer === "chunked");
}

/** How a body that comes with `framing` goes on to a client of HTTP/1.`minor`. */
export function outerFraming(framing: Framing, minor: number): Framing {
  if (framing === "none" || framing === "length") return framing;
  return minor > 0 ? "chunked" : "close";
}

/**
 * Sends `out`, then the rest of the body as it comes; while `readMs` is given, the backend may not be silent for longer
 * than its milliseconds.
 */
export async function relayBody(
  body: Body,
  connection: PooledConnection,
  client: Downstream,
  options: { readonly out: Outgoing; readonly readMs: () => number | undefined },
): Promise<void> {
  const { reader } = connection;
  const { out, readMs } = options;
  let size = out.length;
  for (;;) {
    if (size > 0) await client.send(out.view());
    out.clear();
    size = body.direct(reader);
    if (size > 0) {
      await client.send(reader.buf.subarray(reader.start, reader.start + size));
      reader.start += size;
      size = 0;
      if (body.done) return;
    } else {
      const pulled = body.pull(reader, out);
      size = out.length;
      if (pulled === "done") {
        if (size > 0) await client.send(out.view());
        return;
      }
      if (pulled === "full") continue;
    }
    // Send what has arrived before waiting for more.
    if (size > 0) continue;
    reader.grow(BODY_IN_FLIGHT);
    const limit = readMs();
    if (limit !== undefined) connection.deadline.set(limit);
    if (!(await reader.fill()) && reader.broken) throw badRequest("The backend's connection broke within its answer.");
    connection.deadline.clear();
  }
}
