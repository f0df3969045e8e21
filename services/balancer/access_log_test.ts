import assert from "node:assert/strict";
import { silentLogger } from "../lib/telemetry/mod.ts";
import { type Access, AccessLog } from "./access_log.ts";

const ACCESS: Access = {
  client: "127.0.0.1",
  method: "GET",
  target: "/items/1",
  status: 200,
  bytes: 10,
  durationMs: 1.23456,
  backend: "127.0.0.1:8001",
  tried: ["127.0.0.1:8002"],
};

Deno.test("AccessLog.write() keeps whole lines, and sets the file aside at its limit", async () => {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/lb_access.log`;
  const log = new AccessLog({ path, maxBytes: 300, log: silentLogger, now: () => new Date(0) });
  for (let i = 0; i < 2; i++) {
    log.write(ACCESS);
    await log.flush();
  }
  const [line] = (await Deno.readTextFile(path)).split("\n");
  assert.equal(
    line,
    '{"time":"1970-01-01T00:00:00.000Z","client":"127.0.0.1","method":"GET","target":"/items/1","status":200,' +
      '"bytes":10,"backend":"127.0.0.1:8001","duration_ms":1.235,"tried":["127.0.0.1:8002"]}',
  );
  assert.equal((await Deno.readTextFile(`${path}.1`)).split("\n")[0], line);
  await Deno.remove(folder, { recursive: true });
});

Deno.test("AccessLog.write() drops and counts lines that the disk cannot take in time", async () => {
  const folder = await Deno.makeTempDir();
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (text: string, fields?: unknown) => void warnings.push([text, fields]) };
  const log = new AccessLog({ path: `${folder}/lb_access.log`, log: logger });
  const target = "/" + "x".repeat(100_000);
  for (let i = 0; i < 20; i++) log.write({ ...ACCESS, target });
  await log.flush();
  const { size } = await Deno.stat(`${folder}/lb_access.log`);
  assert(size <= 1024 * 1024 + 200_000);
  assert.deepEqual(warnings, [["access log is too slow, dropped lines", { dropped: 9 }]]);
  await Deno.remove(folder, { recursive: true });
});
