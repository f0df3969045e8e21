import assert from "node:assert/strict";
import { join } from "node:path";
import { tempFolder } from "../../tests/testing/mod.ts";
import { stackSettings } from "./settings.ts";
import { tokensOf } from "./tokens.ts";

Deno.test("tokensOf() makes tokens once, in files that only their owner reads", async () => {
  await using folder = await tempFolder();
  await Deno.mkdir(join(folder.path, "run"));
  const settings = { ...stackSettings(folder.path), runDir: "run", token: undefined, alertToken: undefined };
  const made = tokensOf(settings);
  assert.ok(made.system.length >= 43 && made.alerts.length >= 43 && made.system !== made.alerts);
  assert.deepEqual(tokensOf(settings), made);
  for (const name of ["token", "alert_token"]) {
    assert.equal((await Deno.stat(join(folder.path, "run", name))).mode! & 0o777, 0o600, name);
  }
});

Deno.test("tokensOf() keeps what the environment says, and makes nothing", async () => {
  await using folder = await tempFolder();
  const settings = { ...stackSettings(folder.path), runDir: "run", token: "a", alertToken: "b" };
  assert.deepEqual(tokensOf(settings), { system: "a", alerts: "b" });
});
