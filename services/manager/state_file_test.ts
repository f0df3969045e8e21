import assert from "node:assert/strict";
import { DiscoveryFile } from "./discovery_file.ts";
import { type ManagerState, StateFile } from "./state_file.ts";

async function inFolder(body: (folder: string) => void | Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync();
  try {
    await body(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

Deno.test("StateFile.read() gives back what was written, and nothing when there is no file", () =>
  inFolder((folder) => {
    const file = new StateFile(`${folder}/manager.json`);
    assert.deepEqual(file.read(), { instances: [], events: [] });
    const state: ManagerState = {
      instances: [{ port: 8001, service: "inv1", pid: 5, started_at: null, restarts: 2, draining: false }],
      events: [{ at: "2026-01-01T00:00:00.000Z", kind: "scaled", text: "scaled" }],
    };
    file.write(state);
    assert.deepEqual(file.read(), state);
  }));

Deno.test("StateFile.read() throws when the file is cut off or of another shape", () =>
  inFolder((folder) => {
    const file = new StateFile(`${folder}/manager.json`);
    for (const text of ["", '{"instances": [', '{"instances": [{"port": "x"}], "events": []}']) {
      Deno.writeTextFileSync(`${folder}/manager.json`, text);
      assert.throws(() => file.read());
    }
  }));

Deno.test("DiscoveryFile.update() replaces the file at once and only when the targets change", () =>
  inFolder((folder) => {
    const path = `${folder}/targets.json`;
    const file = new DiscoveryFile(path);
    file.update(["127.0.0.1:8001"]);
    const first = Deno.statSync(path).ino;
    assert.deepEqual(JSON.parse(Deno.readTextFileSync(path)), [
      { labels: { job: "inventory" }, targets: ["127.0.0.1:8001"] },
    ]);
    file.update(["127.0.0.1:8001"]);
    assert.equal(Deno.statSync(path).ino, first);
    const open = Deno.openSync(path);
    file.update([]);
    assert.notEqual(Deno.statSync(path).ino, first);
    assert.match(new TextDecoder().decode(Deno.readFileSync(path)), /"targets": \[\]/);
    const old = new Uint8Array(1_000);
    assert.match(
      new TextDecoder().decode(old.subarray(0, open.readSync(old)!)),
      /8001/,
      "an open reader keeps the old file",
    );
    open.close();
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["targets.json"]);
  }));
