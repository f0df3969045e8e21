import assert from "node:assert/strict";
import { runRole, type StartedRole, startRole, tempFolder, until } from "./testing/mod.ts";

interface Answer {
  readonly status: number;
  // deno-lint-ignore no-explicit-any
  readonly body: any;
}

async function ask(role: StartedRole, path: string, body?: unknown, method = "POST"): Promise<Answer> {
  const request = body === undefined ? {} : { method, body: JSON.stringify(body) };
  const response = await fetch(role.url + path, request);
  const text = await response.text();
  return { status: response.status, body: text.startsWith("{") ? JSON.parse(text) : text };
}

/** The sum of a metric's samples whose line matches `labels`. */
async function metric(role: StartedRole, name: string, labels = /^/): Promise<number> {
  const lines = (await ask(role, "/metrics")).body.split("\n") as string[];
  return lines.filter((line) => line.startsWith(name) && /^[{ ]/.test(line.slice(name.length)) && labels.test(line))
    .reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

const item = { name: "Widget", price: 2.5, manufacturer: "Acme" };

Deno.test("oncall-inventory's instances share items and the error log, and end with 0 on SIGTERM", async () => {
  await using folder = await tempFolder();
  const one = await startRole("inventory", { cwd: folder.path, env: { SERVICE: "inv1" } });
  const two = await startRole("inventory", { cwd: folder.path, env: { SERVICE: "inv2" } });
  try {
    assert.equal((await ask(one, "/items/1", item, "PUT")).status, 200);
    assert.deepEqual((await ask(two, "/items/1")).body, { id: "1", ...item });
    assert.equal(await metric(two, "inventory_items", /inv2/), 1);
    assert.equal((await ask(one, "/random-endpoint/error")).status, 500);
    const entry = await until(
      "the other instance shows the entry",
      async () => (await ask(two, "/logs/tail?seconds=60&limit=10")).body.entries[0],
    );
    assert.equal(entry.pid, one.pid);
    assert.equal(entry.level, "ERROR");
    // A compiled program's stack names the file as the repository has it.
    assert.match(entry.message, /\/services\/inventory\/pricing\.ts:\d+:\d+\)/);
    assert.match(entry.timestamp, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}$/);
  } finally {
    const codes = [await one.stop(), await two.stop()].map((status) => status.code);
    assert.deepEqual(codes, [0, 0]);
  }
  const written = [...Deno.readDirSync(`${folder.path}/logs`)].map((file) => file.name).sort();
  assert.deepEqual(written, [`inv_${one.port}.log`, `inv_${two.port}.log`, "inventory_common.log"].sort());
});

Deno.test("oncall-inventory shows each fault in its metrics, and none ends it", async () => {
  await using role = await startRole("inventory", { env: { SERVICE: "inv1" } });
  await ask(role, "/items/1", item, "PUT");
  const set = async (fault: unknown) => assert.equal((await ask(role, "/faults", fault)).status, 200);
  const read = async (times: number) => {
    for (let i = 0; i < times; i++) await ask(role, "/items/1");
  };
  const durations = () => metric(role, "http_request_duration_seconds_sum", /GET.*|\/items/);
  const errors = () => metric(role, "http_errors_total", /items/);
  const cpu = () => metric(role, "process_cpu_seconds_total");
  const memory = () => metric(role, "process_resident_memory_bytes");

  await set({ mode: "latency", latency_ms: 100 });
  let before = await durations();
  await read(5);
  assert.ok(await durations() - before >= 5 * 0.05);

  await set({ mode: "errors", p_error: 1 });
  before = await errors();
  await read(5);
  assert.equal(await errors() - before, 5);

  await set({ mode: "cpu", cpu_ms: 100 });
  before = await cpu();
  // Less than asked for where others take the processor meanwhile: then more requests show it.
  for (let i = 0; i < 20 && await cpu() - before < 0.1; i++) await read(5);
  assert.ok(await cpu() - before >= 0.1);

  await set({ mode: "oom_safe" });
  before = await memory();
  await read(8);
  assert.ok(await memory() - before > 40 * 2 ** 20);
  await set({ mode: "none" });
  assert.ok(await memory() - before < 40 * 2 ** 20);

  before = await errors();
  await read(5);
  assert.equal(await errors(), before);
  const { entries } = (await ask(role, "/logs/tail")).body;
  assert.equal(entries.length, 13);
  for (const { message } of entries) assert.doesNotMatch(message, /inject|fault|simulat/i);

  await set({ mode: "crash" });
  await assert.rejects(ask(role, "/items/1"));
  assert.equal((await role.status).code, 137);
});

Deno.test("oncall-inventory starts with the fault that FAULT names", async () => {
  await using role = await startRole("inventory", { env: { FAULT: "oom_safe" } });
  assert.equal((await ask(role, "/items/1")).status, 500);
});

Deno.test("oncall-inventory refuses unknown flags and wrong values in one line with exit 2", async () => {
  for (
    const [options, text] of [
      [{ args: ["--colour"] }, /--colour/],
      [{ args: ["--port", "x"] }, /--port/],
      [{ env: { PORT: "70000" } }, /PORT/],
      [{ env: { FAULT: "nonsense" } }, /FAULT/],
      [{ env: { PORT: "0", INVENTORY_DB: "nowhere/items.db" } }, /nowhere/],
    ] as const
  ) {
    const { code, stderr } = await runRole("inventory", options);
    assert.equal(code, 2, stderr);
    assert.match(stderr, text);
    assert.equal(stderr.trim().split("\n").length, 1, stderr);
  }
  const help = await runRole("inventory", { args: ["--help"] });
  assert.equal(help.code, 0);
  assert.match(help.stdout, /INVENTORY_DB/);
  assert.equal((await runRole("inventory", { args: ["--version"] })).code, 0);
});
