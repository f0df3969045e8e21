import assert from "node:assert/strict";
import { beganOf, end, isAlive, portOwner } from "./processes.ts";

async function started(script: string) {
  const child = new Deno.Command("/bin/sh", { args: ["-c", `${script}`], stdin: "null" }).spawn();
  const began = await beganOf(child.pid);
  assert.ok(began !== undefined);
  return { child, id: { pid: child.pid, began } };
}

Deno.test("end() ends a process, and isAlive() tells it from a later one with its id", async () => {
  const { child, id } = await started("exec sleep 60");
  assert.equal(await isAlive(id), true);
  assert.equal(await isAlive({ ...id, began: "another time" }), false);
  assert.deepEqual(await end([id]), []);
  assert.equal((await child.status).signal, "SIGTERM");
  assert.equal(await isAlive(id), false);
});

Deno.test("end() kills a process that does not heed SIGTERM", async () => {
  const child = new Deno.Command("/bin/sh", {
    args: ["-c", "trap '' TERM; echo ready; while :; do sleep 1; done"],
    stdin: "null",
    stdout: "piped",
  }).spawn();
  // Only once it says so does it ignore the signal.
  const reader = child.stdout.getReader();
  await reader.read();
  const id = { pid: child.pid, began: (await beganOf(child.pid))! };
  assert.deepEqual(await end([id], 200), [id]);
  assert.equal((await child.status).signal, "SIGKILL");
  await reader.cancel();
});

Deno.test("end() does nothing when the process is gone", async () => {
  assert.deepEqual(await end([{ pid: 4_194_303, began: "1" }]), []);
});

Deno.test("portOwner() names the process that listens on a port", async () => {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  assert.match(await portOwner(listener.addr.port) ?? "", new RegExp(`\\(process ${Deno.pid}\\)$`));
});

Deno.test("portOwner() gives nothing when nobody listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  assert.equal(await portOwner(port), undefined);
});
