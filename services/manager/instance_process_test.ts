import assert from "node:assert/strict";
import { launcher, signalPid } from "./instance_process.ts";

/** A launcher that runs this script as the inventory. */
function shell(script: string) {
  const folder = Deno.makeTempDirSync();
  const bin = `${folder}/inventory`;
  Deno.writeTextFileSync(bin, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { launch: launcher(bin), remove: () => Deno.removeSync(folder, { recursive: true }) };
}

Deno.test("launcher() tells status and last words of a process that ends", async () => {
  const { launch, remove } = shell('echo "cannot listen on $PORT" >&2; exit 2');
  const exit = await launch({ port: 8001, env: { PORT: "8001" } }).exited;
  assert.deepEqual(exit, { code: 2, lastWords: "cannot listen on 8001" });
  remove();
});

Deno.test("launcher() ends a process by signals, and a signal to one that has ended does nothing", async () => {
  const { launch, remove } = shell("exec sleep 600");
  const child = launch({ port: 8001, env: {} });
  await child.signal("SIGKILL");
  assert.equal((await child.exited).code, 137);
  await child.signal("SIGTERM");
  remove();
});

Deno.test("signalPid() tells whether a process is there and ends it", async () => {
  const { launch, remove } = shell("exec sleep 600");
  const child = launch({ port: 8001, env: {} });
  assert.equal(await signalPid(child.pid, "0"), true);
  assert.equal(await signalPid(child.pid, "SIGTERM"), true);
  assert.equal((await child.exited).code, 143);
  assert.equal(await signalPid(child.pid, "0"), false);
  remove();
});
