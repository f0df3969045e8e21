/** The shop's database: tables in memory, statements over TCP, one JSON object a line; a journal on disk. */
import { Exposition } from "../packages/exposition.ts";
import { Locks } from "./locks.ts";
import { note } from "./log.ts";
import { type Reply, Tables } from "./tables.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const started = Date.now() / 1000;
const metrics = new Exposition();
const locks = new Locks(settings.deadlock_timeout_ms);
const tables = new Tables(settings);
const sessions = new Map<number, { state: string }>();
let lastSession = 100;

interface Statement {
  readonly sql: string;
  readonly params: (string | number)[];
}

async function serve(conn: Deno.Conn): Promise<void> {
  const id = ++lastSession;
  const send = (reply: Reply) => conn.write(new TextEncoder().encode(`${JSON.stringify(reply)}\n`));
  if (sessions.size >= settings.max_connections) {
    note(id, "FATAL", "sorry, too many clients already");
    await send({ error: { message: "FATAL: sorry, too many clients already", code: "53300" } }).catch(() => {});
    conn.close();
    return;
  }
  const session = { state: "idle" };
  sessions.set(id, session);
  let rest = "";
  try {
    for await (const chunk of conn.readable.pipeThrough(new TextDecoderStream() as never)) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop()!;
      for (const line of lines) {
        session.state = "active";
        await send(await answer(id, JSON.parse(line)));
        session.state = locks.holds(id) ? "idle in transaction" : "idle";
      }
    }
  } catch {
    // The client went away.
  } finally {
    locks.release(id);
    sessions.delete(id);
  }
}

async function answer(id: number, { sql, params }: Statement): Promise<Reply> {
  const begun = performance.now();
  const reply = await carryOut(id, sql, params);
  const took = performance.now() - begun;
  if (took > settings.log_min_duration_ms) note(id, "LOG", `duration: ${took.toFixed(3)} ms  statement: ${sql}`);
  if (reply.error) {
    note(id, "ERROR", reply.error.message.replace(/^ERROR: +/, ""), sql);
    metrics.add("pg_stat_database_xact_rollback", { datname: "shop" });
    locks.release(id);
  } else metrics.add("pg_stat_database_xact_commit", { datname: "shop" });
  return reply;
}

async function carryOut(id: number, sql: string, params: (string | number)[]): Promise<Reply> {
  const setting = /^ALTER SYSTEM SET (\w+) = (\w+)$/.exec(sql);
  if (setting) {
    settings[setting[1]!] = /^\d+$/.test(setting[2]!) ? Number(setting[2]) : setting[2];
    note(id, "LOG", `parameter "${setting[1]}" changed to "${setting[2]}"`);
    return {};
  }
  if (sql === "BEGIN") {
    locks.begin(id);
    return {};
  }
  if (sql === "COMMIT" || sql === "ROLLBACK") {
    locks.release(id);
    return {};
  }
  const verb = sql.split(" ", 1)[0]!;
  if (settings.default_transaction_read_only === "on" && /^(INSERT|UPDATE|DELETE)$/.test(verb)) {
    return failed(`cannot execute ${verb} in a read-only transaction`, "25006");
  }
  const update = /^UPDATE (\w+) .* WHERE id = \$(\d)$/.exec(sql);
  if (update) {
    const row = `${update[1]}:${params[Number(update[2]) - 1]}`;
    const other = await locks.take(id, row);
    if (other !== undefined) {
      metrics.add("pg_stat_database_deadlocks", { datname: "shop" });
      note(id, "DETAIL", `Process ${id} waits for ShareLock on transaction ${other}; blocked by process ${other}.`);
      return failed("deadlock detected", "40P01");
    }
  }
  const reply = await tables.run(sql, params);
  // A statement by itself is a transaction of its own.
  if (update && !locks.inTransaction(id)) locks.release(id);
  return reply;
}

function failed(message: string, code: string): Reply {
  return { error: { message: `ERROR: ${message}`, code } };
}

metrics.set("pg_up", 1);
metrics.set("pg_stat_database_deadlocks", 0, { datname: "shop" });
metrics.set("process_start_time_seconds", started);
metrics.onScrape(() => {
  for (const state of ["active", "idle", "idle in transaction"]) {
    const count = [...sessions.values()].filter((session) => session.state === state).length;
    metrics.set("pg_stat_activity_count", count, { datname: "shop", state });
  }
  metrics.set("pg_locks_count", locks.held, { datname: "shop", mode: "exclusivelock" });
  metrics.set("pg_settings_max_connections", settings.max_connections);
  metrics.set("pg_settings_default_transaction_read_only", settings.default_transaction_read_only === "on" ? 1 : 0);
  for (const [relname, size] of tables.sizes()) metrics.set("pg_stat_user_tables_n_live_tup", size, { relname });
  for (const [relname, scans] of tables.scans) metrics.set("pg_stat_user_tables_seq_scan", scans, { relname });
  metrics.set("process_resident_memory_bytes", Deno.memoryUsage().rss);
});

Deno.serve({ hostname: "127.0.0.1", port: settings.metrics_port, onListen() {} }, () => metrics.answer());
const listener = Deno.listen({ hostname: "127.0.0.1", port: settings.port });
note(1, "LOG", "database system is ready to accept connections");
Deno.addSignalListener("SIGTERM", () => {
  note(1, "LOG", "received fast shutdown request");
  Deno.exit(0);
});
for await (const conn of listener) serve(conn);
