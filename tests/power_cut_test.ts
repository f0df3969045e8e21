import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { openStore } from "../services/agent/incidents/mod.ts";
import { deliver, ofGroup, startRole, tempFolder } from "./testing/mod.ts";
import { afterPowerCut, buildRecorder, readSteps, type Step } from "./testing/power_cut.ts";

const DELIVERIES = 40;
const CUTS = 120;

const LIBRARY_FOLDER = await tempFolder();
const RECORDER = await buildRecorder(LIBRARY_FOLDER.path);

/** Numbers from 0 to 1 that are the same in each run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Deliveries that the executable answered with 200, and what it wrote until then and after. */
async function recorded(): Promise<{ steps: Step[]; answered: { key: string; at: number }[] }> {
  await using folder = await tempFolder();
  const run = join(folder.path, "run");
  await Deno.mkdir(run);
  const file = join(folder.path, "recording");
  const env = { LD_PRELOAD: RECORDER!, RECORD_FOLDER: Deno.realPathSync(run), RECORD_FILE: file };
  const agent = await startRole("agent", { cwd: folder.path, env });
  const answered: { key: string; at: number }[] = [];
  try {
    for (let n = 0; n < DELIVERIES; n += 4) {
      // Some alone, some together, so that commits hold one and several.
      await Promise.all(
        [0, 1, 2, 3].slice(0, n % 8 === 0 ? 1 : 4).map(async (i) => {
          const key = `power ${n + i}`;
          assert.equal((await deliver(agent.url, ofGroup(key))).status, 200);
          answered.push({ key, at: (await Deno.stat(file)).size });
        }),
      );
    }
  } finally {
    agent.kill("SIGKILL");
    await agent.status;
    await agent.stop();
  }
  return { steps: readSteps(await Deno.readFile(file)), answered };
}

Deno.test({
  name:
    "oncall-agent has each delivery that it answered with 200 after a power cut at any moment, whatever sectors are lost",
  ignore: RECORDER === undefined,
  fn: async () => {
    const { steps, answered } = await recorded();
    const syncs = steps.filter(({ kind }) => kind === "sync").length;
    assert.ok(syncs >= DELIVERIES / 4, `${syncs} syncs of ${steps.length} steps`);
    const random = seeded(7);
    let kept = 0;
    for (let cut = 0; cut < CUTS; cut++) {
      // The first cuts are just before and after syncs, where a mistake shows first.
      const count = 1 + Math.floor((cut / CUTS) * (steps.length - 1));
      const luck = cut % 3 === 0 ? () => 0 : cut % 3 === 1 ? () => 1 : random;
      const files = afterPowerCut(steps, { count, random: luck });
      await using folder = await tempFolder();
      for (const [path, bytes] of files) await Deno.writeFile(join(folder.path, basename(path)), bytes);
      const store = await openStore(`sqlite:${folder.path}/oncall.db`);
      try {
        assert.ok(["kept", "new", "lost"].includes(store.origin.kind), `cut ${count}: ${store.origin.text}`);
        const { incidents } = await store.list({ limit: 500 });
        const there = new Set(incidents.map(({ group_key }) => group_key));
        const end = steps[count - 1]!.end;
        for (const { key, at } of answered) {
          if (at > end) continue;
          kept++;
          assert.ok(there.has(key), `after step ${count} of ${steps.length}, ${key} is lost`);
        }
      } finally {
        await store.close();
      }
    }
    assert.ok(kept > CUTS, `${kept} deliveries were looked for`);
  },
});

Deno.test({
  name: "afterPowerCut() shows what is lost when nothing is synced",
  ignore: RECORDER === undefined,
  fn: async () => {
    const { steps, answered } = await recorded();
    const unsynced = steps.filter(({ kind }) => kind !== "sync");
    const files = afterPowerCut(unsynced, { count: unsynced.length, random: () => 0 });
    const anything = [...files.values()].some((file) => file.some((byte) => byte !== 0));
    assert.deepEqual([anything, answered.length > 0], [false, true]);
  },
});

Deno.test("afterPowerCut() keeps what was synced, and of the rest each sector or not", () => {
  const step = (kind: Step["kind"], offset = 0, text = ""): Step => ({
    kind,
    path: "f",
    offset,
    bytes: new TextEncoder().encode(text),
    end: 0,
  });
  const steps = [step("write", 0, "aa"), step("sync"), step("write", 2, "b".repeat(1_000)), step("truncate", 1)];
  const text = (count: number, random: () => number) =>
    new TextDecoder().decode(afterPowerCut(steps, { count, random }).get("f")).replaceAll("\0", "");
  assert.equal(text(1, () => 0), "");
  assert.equal(text(2, () => 0), "aa");
  assert.equal(text(3, () => 0), "aa");
  assert.equal(text(3, () => 1), `aa${"b".repeat(1_000)}`);
  let n = 0;
  assert.equal(text(3, () => n++ % 2).length, 2 + 490);
  assert.equal(text(4, () => 1), "a");
});

globalThis.addEventListener("unload", () => {
  try {
    Deno.removeSync(LIBRARY_FOLDER.path, { recursive: true });
  } catch {
    // Gone already.
  }
});
