import type { Downstream } from "./downstream.ts";
import type { Inbound } from "./inbound.ts";
import { BODY_IN_FLIGHT } from "./proxy.ts";
import type { PooledConnection } from "./pooled_connection.ts";
import { HttpProblem, Outgoing, writeAll } from "../lib/http1/mod.ts";

/**
 * Streams a request's body while the response is read. Never rejects: a client that aborts or sends a malformed body ends
 * the attempt; if the backend stops reading, its response decides.
 */
export async function upload(
  inbound: Inbound,
  client: Downstream,
  connection: PooledConnection,
  readMs: number,
): Promise<void> {
  const { body } = inbound;
  const { reader } = client;
  client.onExpired = () => {
    inbound.problem = new HttpProblem(408, "request_timeout", "The request's body took too long.");
    connection.end("client_bad");
  };
  const write = async (bytes: Uint8Array) => {
    connection.deadline.set(readMs);
    await writeAll(connection.conn, bytes, connection.deadline);
    connection.deadline.clear();
  };
  try {
    await write(inbound.bytes.view());
    let target = inbound.bytes;
    while (!body.done && !connection.closed) {
      const from = target.length;
      const direct = target === inbound.bytes ? 0 : body.direct(reader);
      if (direct > 0) {
        await write(reader.buf.subarray(reader.start, reader.start + direct));
        reader.start += direct;
      } else {
        const pulled = body.pull(reader, target);
        if (target.length > from) await write(target.view(from));
        if (target !== inbound.bytes) target.clear();
        else if (pulled === "full") {
          // Too large to be kept for another attempt.
          inbound.movable = connection.movable = false;
          target = new Outgoing(BODY_IN_FLIGHT);
        }
      }
      if (body.done || reader.available > 0 || connection.closed) continue;
      reader.grow(BODY_IN_FLIGHT);
      await client.more();
      if (reader.broken) connection.end("client_gone");
    }
    if (connection.closed) return;
    inbound.uploaded = true;
    client.onExpired = undefined;
    client.listen();
  } catch (error) {
    if (error instanceof HttpProblem) {
      inbound.problem = error;
      connection.end("client_bad");
    }
    // Otherwise the backend stopped reading: its response, or a timeout, shows why.
  }
  if (!connection.closed && !connection.answered) connection.await(readMs);
}
