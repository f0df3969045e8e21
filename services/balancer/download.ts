import type { Client } from "./client.ts";
import { BODY_IN_FLIGHT } from "./proxy.ts";
import type { Upstream } from "./upstream.ts";
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
} from "./wire/mod.ts";

const MAX_RESPONSE_HEAD = 64 * 1024;
/** Interim answers (1xx) that one request may get. */
const MAX_INTERIM = 16;
/** A body is copied behind its head up to this size, in bytes; past it a write of its own is cheaper. */
const COPIED = 16 * 1024;

/**
 * Waits for the head of the final answer, or of 101, and parses it into `response`: the index behind it. An interim
 * answer stands in `response` while `onInterim` runs.
 *
 * @throws when the backend ends, breaks, or sends what is no answer.
 */
export async function readHead(
  upstream: Upstream,
  response: ResponseHead,
  onInterim: () => Promise<void>,
): Promise<number> {
  const { reader } = upstream;
  let scanned = 0;
  let interim = 0;
  for (;;) {
    if (reader.available > 0) {
      upstream.answered = true;
      const end = findHeadEnd(reader.buf, reader.start + scanned, reader.end);
      if (end >= 0) {
        response.parse(reader.buf, reader.start, end);
        if (response.status >= 200 || response.status === 101) return end;
        if (++interim > MAX_INTERIM) throw badRequest("Too many interim answers.");
        await onInterim();
        reader.start = end;
        scanned = 0;
        continue;
      }
      if (reader.available >= MAX_RESPONSE_HEAD) throw badRequest("A response's head is too large.");
      if (reader.available === reader.buf.length) reader.grow(MAX_RESPONSE_HEAD);
      scanned = Math.max(0, reader.available - 3);
    }
    if (!(await reader.fill())) throw new Deno.errors.UnexpectedEof("The backend closed the connection");
  }
}

/** The body behind a head, as it comes (`inner`) and as it goes on (`outer`). */
export function bodyOf(inner: Framing, outer: Framing, length: number): Body {
  if (inner === "none") return noBody;
  if (inner === "length") return new LengthBody(length);
  return inner === "chunked" ? new ChunkedBody(outer === "chunked") : new CloseBody(outer === "chunked");
}

/** Puts what is there of a body behind the head in `out`; true when that is all of it. */
export function appendBody(body: Body, upstream: Upstream, out: Outgoing): boolean {
  return upstream.reader.available <= COPIED && body.pull(upstream.reader, out) === "done";
}

/**
 * Sends `out`, then the rest of the body as it comes; while `readMs` is given, the backend may not be silent for longer
 * than its milliseconds.
 */
export async function relayBody(
  body: Body,
  upstream: Upstream,
  client: Client,
  options: { readonly out: Outgoing; readonly readMs: () => number | undefined },
): Promise<void> {
  const { reader } = upstream;
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
    // Whatever is there goes out before more is waited for.
    if (size > 0) continue;
    reader.grow(BODY_IN_FLIGHT);
    const limit = readMs();
    if (limit !== undefined) upstream.watch.set(limit);
    await reader.fill();
    upstream.watch.clear();
  }
}
