import assert from "node:assert/strict";
import { loadDotEnv } from "./dot_env.ts";
Deno.test("loadDotEnv() knows the variables that connections of config/oncall.yaml name", () => {
  const folder = Deno.makeTempDirSync();
  const config = `${folder}/oncall.yaml`;
  Deno.writeTextFileSync(config, "connections:\n  a: { kind: loki, url: 'http://l', token_env: SHOP_LOKI_SECRET }\n");
  const path = `${folder}/.env`;
  Deno.writeTextFileSync(path, `ONCALL_CONFIG=${config}\nSHOP_LOKI_SECRET=x\n`);
  assert.equal(loadDotEnv(path).SHOP_LOKI_SECRET, "x");
  Deno.writeTextFileSync(path, `ONCALL_CONFIG=${config}\nSHOP_LOKI_SECRETS=x\n`);
  assert.throws(() => loadDotEnv(path), /unknown variable SHOP_LOKI_SECRETS/);
  Deno.removeSync(folder, { recursive: true });
});
