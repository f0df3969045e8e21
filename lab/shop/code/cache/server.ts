/** The shop's cache: GET and SET of Redis' protocol. */
import { Exposition } from "../packages/exposition.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const metrics = new Exposition();
const values = new Map<string, string>();
let clients = 0;

function note(message: string): void {
  const time = new Date().toISOString().replace("T", " ").replace("Z", "");
  console.log(`${Deno.pid}:M ${time} * ${message}`);
}

/** `*2\r\n$3\r\nGET\r\n$1\r\na\r\n` as its words; undefined while it is not whole. */
function words(text: string): { readonly words: string[]; readonly rest: string } | undefined {
  const count = Number(/^\*(\d+)\r\n/.exec(text)?.[1]);
  const parts = text.split("\r\n");
  if (!(count > 0) || parts.length < 2 + 2 * count) return undefined;
  const found = Array.from({ length: count }, (_, index) => parts[2 + 2 * index]!);
  return { words: found, rest: parts.slice(1 + 2 * count).join("\r\n") };
}

function answer([command, key, value]: readonly string[]): string {
  if (command === "SET") {
    values.set(key!, value!);
    return "+OK\r\n";
  }
  if (command !== "GET") return `-ERR unknown command '${command}'\r\n`;
  const found = values.get(key!);
  metrics.add(found === undefined ? "redis_keyspace_misses_total" : "redis_keyspace_hits_total");
  return found === undefined ? "$-1\r\n" : `$${found.length}\r\n${found}\r\n`;
}

async function serve(conn: Deno.Conn): Promise<void> {
  clients++;
  let rest = "";
  try {
    for await (const chunk of conn.readable.pipeThrough(new TextDecoderStream() as never)) {
      rest += chunk;
      for (let found = words(rest); found; found = words(rest)) {
        rest = found.rest;
        await conn.write(new TextEncoder().encode(answer(found.words)));
      }
    }
  } catch {
    // The client went away.
  } finally {
    clients--;
  }
}

metrics.set("redis_up", 1);
metrics.set("redis_start_time_seconds", Date.now() / 1000);
metrics.onScrape(() => {
  metrics.set("redis_connected_clients", clients);
  metrics.set("redis_db_keys", values.size, { db: "db0" });
  metrics.set("redis_memory_used_bytes", Deno.memoryUsage().heapUsed);
});

Deno.serve({ hostname: "127.0.0.1", port: settings.metrics_port, onListen() {} }, () => metrics.answer());
const listener = Deno.listen({ hostname: "127.0.0.1", port: settings.port });
note("Ready to accept connections");
Deno.addSignalListener("SIGTERM", () => {
  note("User requested shutdown...");
  Deno.exit(0);
});
for await (const conn of listener) serve(conn);
