import { momentOf } from "./profile.ts";
import { runTraffic } from "./run.ts";
import { defaultOptions, type TrafficOptions } from "./settings.ts";

/** About as many a second as can be sent within one process. */
const RPS = 10_000;
/** Requests after which the compiler has at least seen all of the code that sends them. */
const LEAST = 1_200;
/**
 * A run that begins fast wants the compiler to be done: at 5,000/s its work made requests 1 to 2 ms late for the first 4 s.
 * One that begins slowly has it done on the way.
 */
const SECONDS_OF_RUN = 4;
const MOST = 20_000;

/**
 * Sends requests like those of `options` to a server within this process, and to nobody else. Code that runs for the
 * first times is compiled meanwhile: in the run itself that would delay what is due in its first moments, which at high
 * rates are enough requests to be the report's p99.
 */
export async function warmUp(options: TrafficOptions): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const socket of listener) answering.push(answer(socket));
  })();
  const { putFrac, payloadKb, keyspace, hotFrac, hotset } = options;
  const requests = Math.min(MOST, Math.max(LEAST, momentOf(options, 0).rps * SECONDS_OF_RUN));
  await runTraffic(
    defaultOptions({
      ...{ putFrac, keyspace, hotFrac, hotset },
      payloadKb: Math.min(payloadKb, 16),
      url: `http://127.0.0.1:${listener.addr.port}`,
      rps: RPS,
      duration: requests / RPS,
      seed: 0,
    }),
  );
  listener.close();
  await accepting;
  await Promise.all(answering);
}

const ANSWER = new TextEncoder().encode(
  "HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
);
const END_OF_HEAD = [13, 10, 13, 10];

/** Answers each request of a client that waits for one answer before it sends the next. */
async function answer(socket: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let size = 0;;) {
      const read = await socket.read(buffer.subarray(size));
      if (read === null) break;
      size += read;
      if (!whole(buffer, size)) continue;
      await socket.write(ANSWER);
      size = 0;
    }
  } catch {
    // The client is done.
  }
  try {
    socket.close();
  } catch {
    // Closed by the client's reset.
  }
}

/** Whether `buffer` holds a whole request: a body is JSON, and ends with its brace. */
function whole(buffer: Uint8Array, size: number): boolean {
  return buffer[size - 1] === 125 || END_OF_HEAD.every((byte, i) => buffer[size - 4 + i] === byte);
}
