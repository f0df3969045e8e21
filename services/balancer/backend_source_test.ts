import assert from "node:assert/strict";
import { dnsSource, type Resolve } from "./backend_source.ts";
import { ask, get, ok, Recorder } from "./testing/world.ts";
import { start } from "./start.ts";
import { silentLogger } from "../lib/telemetry/mod.ts";

const signal = new AbortController().signal;

/** Answers from a table of records. */
const records = (table: Readonly<Record<string, readonly string[]>>): Resolve => (name, type) => {
  const found = table[`${name} ${type}`];
  return found === undefined ? Promise.reject(new Deno.errors.NotFound("no record")) : Promise.resolve(found);
};

Deno.test("dnsSource() lists each address of a name, of both kinds, on its port", async () => {
  const resolve = records({ "inventory.shop.svc A": ["10.0.0.9", "10.0.0.2"], "inventory.shop.svc AAAA": ["fd00::1"] });
  assert.deepEqual(await dnsSource("inventory.shop.svc:8001", resolve).list(signal), [
    "http://10.0.0.2:8001",
    "http://10.0.0.9:8001",
    "http://[fd00::1]:8001",
  ]);
});

Deno.test("dnsSource() lists nothing for a name without addresses, and fails when DNS does", async () => {
  assert.deepEqual(await dnsSource("none:80", records({})).list(signal), []);
  const broken: Resolve = () => Promise.reject(new Error("timed out"));
  await assert.rejects(dnsSource("any:80", broken).list(signal), /timed out/);
});

const options = {
  hostname: "127.0.0.1",
  port: 0,
  managerUrl: "http://127.0.0.1:1",
  refreshSec: 0.1,
  backends: [],
  connectTimeoutSec: 1,
  readTimeoutSec: 5,
};

Deno.test("start() balances over the addresses of BACKENDS_DNS", async () => {
  await using backend = new Recorder(ok("here"));
  const port = backend.id.split(":")[1];
  const resolve = records({ "items.test A": ["127.0.0.1"] });
  const lb = await start({ ...options, backendsDns: `items.test:${port}` }, { resolve, log: silentLogger });
  try {
    assert.match(await ask(lb.addr.port, get("/items/1")), /^HTTP\/1.1 200 OK\r\n[^]*here$/);
  } finally {
    await lb.stop();
  }
});

Deno.test("start() refuses a BACKENDS_DNS that is not host:port", async () => {
  for (const bad of ["inventory", "http://inventory:8001", "a b:1", "inventory:8001/x"]) {
    await assert.rejects(
      start({ ...options, backendsDns: bad }, { log: silentLogger }),
      /BACKENDS_DNS: expected host:port/,
    );
  }
});
