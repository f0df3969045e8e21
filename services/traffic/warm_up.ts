import { createPacer, type Pacer } from "./pacer.ts";
import { momentOf } from "./profile.ts";
import type { Report } from "./report.ts";
import { runTraffic, type TrafficDeps } from "./run.ts";
import { defaultOptions, type TrafficOptions } from "./settings.ts";

/** The rate of a rehearsal is the run's first, as far as a client and a server within one process can keep it. */
const RPS_MIN = 3_000, RPS_MAX = 10_000;
/**
 * What a run does last (connections that close, a listener that goes) is news to the compiler as well: for each it
 * throws away code that it had made. After so many short rehearsals there is no news, and the code of the long one
 * stays.
 */
const SHORT = 3;
const SHORT_REQUESTS = 300;
/** Requests of the long one, after which the compiler has at least seen all of the code that sends them. */
const LEAST = 1_200;
/** A run that begins fast wants the compiler to be done; one that begins slowly has it done on the way. */
const SECONDS_OF_RUN = 2;
const MOST = 20_000;

/** {@linkcode runTraffic}, with its code compiled before the first request is due. */
export async function runWarm(options: TrafficOptions, deps: Omit<TrafficDeps, "pacer"> = {}): Promise<Report> {
  const pacer = createPacer();
  try {
    await warmUp(options, pacer);
    return await runTraffic(options, { ...deps, pacer });
  } finally {
    pacer.close();
  }
}

/**
 * Sends requests like those of `options` to a server within this process, and to nobody else. Code that runs for the
 * first times is compiled meanwhile: in the run itself that would delay what is due in its first moments, which at high
 * rates are enough requests to be the report's p99. The pacer is the run's own, for its thread has code as well.
 */
export async function warmUp(options: TrafficOptions, pacer: Pacer): Promise<void> {
  for (let i = 0; i < SHORT; i++) await rehearse(options, pacer, SHORT_REQUESTS);
  await rehearse(options, pacer, Math.min(MOST, Math.max(LEAST, momentOf(options, 0).rps * SECONDS_OF_RUN)));
}

async function rehearse(options: TrafficOptions, pacer: Pacer, requests: number): Promise<void> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const answering: Promise<void>[] = [];
  const accepting = (async () => {
    for await (const socket of listener) answering.push(answer(socket));
  })();
  const { putFrac, payloadKb, keyspace, hotFrac, hotset } = options;
  const rps = Math.min(RPS_MAX, Math.max(RPS_MIN, momentOf(options, 0).rps));
  await runTraffic(
    defaultOptions({
      ...{ putFrac, keyspace, hotFrac, hotset },
      payloadKb: Math.min(payloadKb, 16),
      url: `http://127.0.0.1:${listener.addr.port}`,
      rps,
      duration: requests / rps,
      seed: 0,
    }),
    { pacer },
  );
  listener.close();
  await accepting;
  await Promise.all(answering);
}

/** Answers as services give them: short, long, in chunks. */
const ANSWERS = [
  "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}",
  `connection: keep-alive\r\ncontent-type: text/plain\r\ncontent-length: 1024\r\n\r\n${" ".repeat(1024)}`,
  "content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
].map((rest) => new TextEncoder().encode(`HTTP/1.1 200 OK\r\ndate: Thu, 01 Jan 2026 00:00:00 GMT\r\n${rest}`));
const END_OF_HEAD = [13, 10, 13, 10];

/** Answers each request of a client that waits for one answer before it sends the next. */
async function answer(socket: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(64 * 1024);
  try {
    for (let size = 0, answers = 0;;) {
      const read = await socket.read(buffer.subarray(size));
      if (read === null) break;
      size += read;
      if (!whole(buffer, size)) continue;
      await socket.write(ANSWERS[answers++ % ANSWERS.length]!);
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
