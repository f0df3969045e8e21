/** Payments: charges customers through the bank and keeps a record. */
import { Exposition } from "../packages/exposition.ts";
import { Pool } from "../packages/sql.ts";
import { Acquirer } from "./acquirer.ts";
import { fee } from "./amounts.ts";
import { log } from "./log.ts";

const settings = JSON.parse(Deno.readTextFileSync(Deno.args[0]!));
const metrics = new Exposition();
const acquirer = new Acquirer(settings.acquirer);
const pool = new Pool({ ...settings.database, name: "ledger", size: 1, waitMs: 2_000 });

/** Charges a customer; returns what is sent back. */
async function charge({ customer, cents }: { customer: string; cents: number }): Promise<Record<string, string>> {
  const reference = await acquirer.authorize(customer, cents);
  await pool.query("INSERT INTO payments (customer, cents, reference) VALUES ($1, $2, $3)", [
    customer,
    cents,
    reference,
  ]);
  return { reference, fee: String(fee(cents)) };
}

async function answer(request: Request): Promise<Response> {
  const { pathname: path } = new URL(request.url);
  const { method } = request;
  if (path === "/metrics") return metrics.answer();
  if (method !== "POST" || path !== "/charge") return Response.json({ ok: true });
  const begun = performance.now();
  let response: Response;
  try {
    response = Response.json(await charge(await request.json()));
  } catch (error) {
    log("ERROR", `Exception on ${path} [${method}]`, error as Error);
    response = Response.json({ message: "Internal Server Error" }, { status: 500 });
  }
  const { status } = response;
  metrics.add("flask_http_request_total", { method, status });
  metrics.observe("flask_http_request_duration_seconds", (performance.now() - begun) / 1_000, { method, path, status });
  return response;
}

metrics.set("process_start_time_seconds", Date.now() / 1_000);
metrics.onScrape(() => metrics.set("process_resident_memory_bytes", Deno.memoryUsage().rss));
Deno.serve({ hostname: "127.0.0.1", port: settings.port, onListen() {} }, answer);
log("INFO", `payments ${settings.version} on port ${settings.port}`);
Deno.addSignalListener("SIGTERM", () => {
  log("INFO", "stopping");
  Deno.exit(0);
});
