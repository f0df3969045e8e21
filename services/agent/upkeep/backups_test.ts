import assert from "node:assert/strict";
import { Registry } from "prom-client";
import { openStore } from "../incidents/mod.ts";
import { sampleIncident } from "../incidents/conformance/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { tempFolder, until } from "../../../tests/testing/mod.ts";
import { startBackups } from "./backups.ts";

const names = (folder: string) => {
  try {
    return [...Deno.readDirSync(folder)].map(({ name }) => name).filter((name) => name.endsWith(".db")).sort();
  } catch {
    return [];
  }
};

Deno.test("startBackups() copies the store while it is used, and keeps the newest ones", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/oncall.db`;
  const to = `${folder.path}/backups`;
  const store = await openStore(`sqlite:${path}`);
  const registry = new Registry();
  const backups = startBackups({
    path,
    folder: to,
    everyMs: 1,
    keep: 2,
    days: 30,
    log: silentLogger,
    registry,
    firstMs: 1,
  });
  try {
    await store.transact((tx) => tx.saveIncident(sampleIncident({ id: "one" })));
    const seen = new Set<string>();
    await until("four are made", () => {
      for (const name of names(to)) seen.add(name);
      return seen.size >= 4;
    });
  } finally {
    await backups.stop();
    await store.close();
  }
  assert.equal(names(to).length, 2);
  assert.doesNotMatch(await registry.metrics(), /backup_time_seconds 0\n/);
  const back = await openStore(`sqlite:${to}/${names(to).at(-1)}`);
  assert.equal((await back.view("one"))?.id, "one");
  await back.close();
});

Deno.test("startBackups() makes none before it is time, and none at all when it is switched off", async () => {
  await using folder = await tempFolder();
  const path = `${folder.path}/oncall.db`;
  const to = `${folder.path}/backups`;
  const store = await openStore(`sqlite:${path}`);
  const common = { path, folder: to, keep: 2, days: 30, log: silentLogger, firstMs: 1 };
  const off = startBackups({ ...common, everyMs: 0, registry: new Registry() });
  const daily = startBackups({ ...common, everyMs: 86_400_000, registry: new Registry() });
  await until("one is made", () => names(to).length === 1);
  await daily.stop();
  const again = startBackups({ ...common, everyMs: 86_400_000, registry: new Registry() });
  await new Promise((resolve) => setTimeout(resolve, 100));
  await Promise.all([off.stop(), again.stop()]);
  assert.equal(names(to).length, 1);
  await store.close();
});
