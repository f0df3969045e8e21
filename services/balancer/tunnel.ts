import type { Downstream } from "./downstream.ts";
import type { PooledConnection } from "./pooled_connection.ts";
import { type Reader, writeAll } from "../lib/http1/mod.ts";

/** A tunnel in which nothing moves for this long is closed, in milliseconds. */
const IDLE_MS = 60 * 60 * 1000;

/** Carries bytes both ways until both sides have ended, each side's end on its own. */
export async function tunnel(client: Downstream, connection: PooledConnection): Promise<void> {
  client.deadline.set(IDLE_MS);
  const carry = async (from: Reader, to: Deno.TcpConn) => {
    try {
      for (;;) {
        client.deadline.touch();
        if (from.available > 0) {
          await writeAll(to, from.buf.subarray(from.start, from.end), client.deadline);
          from.start = from.end;
        }
        if (!(await from.fill())) break;
      }
      if (from.broken) throw new Deno.errors.ConnectionReset("One side of a tunnel broke");
      await to.closeWrite();
    } catch (error) {
      // One side broke: close the other one too.
      connection.close();
      client.close();
      throw error;
    }
  };
  await Promise.all([carry(client.reader, connection.conn), carry(connection.reader, client.conn)]);
}
