/** The shipping worker: takes orders that wait, and books a carrier for each. */
import { Exposition } from "../packages/exposition.ts";
import { Session } from "../packages/sql.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const metrics = new Exposition();
let session: Session | undefined;

/** A line as Go's log package writes it. */
function note(message: string): void {
  const time = new Date().toISOString().slice(0, 19).replaceAll("-", "/").replace("T", " ");
  console.error(`${time} ${message}`);
}

async function round(): Promise<void> {
  if (session === undefined || session.ended) {
    session = await Session.open(settings.database.host, settings.database.port);
  }
  const waiting = await session.query("SELECT * FROM shipments WHERE state = $1 LIMIT 20", ["waiting"]);
  for (const { id, order_id } of waiting) {
    await session.query("UPDATE shipments SET state = $1 WHERE id = $2", ["booked", id!]);
    metrics.add("worker_jobs_total", { queue: "shipments", result: "ok" });
    metrics.set("worker_last_success_timestamp_seconds", Date.now() / 1000, { queue: "shipments" });
    note(`booked a carrier for order ${order_id}`);
  }
}

metrics.set("process_start_time_seconds", Date.now() / 1000);
metrics.set("worker_jobs_total", 0, { queue: "shipments", result: "ok" });
metrics.onScrape(() => metrics.set("process_resident_memory_bytes", Deno.memoryUsage().rss));
Deno.serve({ hostname: "127.0.0.1", port: settings.port, onListen() {} }, () => metrics.answer());
note(`worker started, version ${settings.version}`);
Deno.addSignalListener("SIGTERM", () => {
  note("worker stopped");
  Deno.exit(0);
});
while (true) {
  try {
    await round();
  } catch (error) {
    metrics.add("worker_jobs_total", { queue: "shipments", result: "error" });
    note(`ERROR round failed: ${(error as Error).message}`);
  }
  await new Promise((resolve) => setTimeout(resolve, settings.every_ms));
}
