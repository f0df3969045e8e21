import assert from "node:assert/strict";
import { join } from "node:path";
import { parseDotEnv } from "../../services/lib/configuration/mod.ts";
import { envExample, variablesModule } from "./env_example.ts";
import { ROOT, VARIABLES_MODULE } from "./paths.ts";

Deno.test("envExample() is what .env.example holds; deno task env-example writes it", async () => {
  assert.equal(await Deno.readTextFile(join(ROOT, ".env.example")), await envExample());
});

Deno.test("envExample() changes nothing when it is copied to .env, and is valid with every line in force", async () => {
  const text = await envExample();
  assert.deepEqual({ ...parseDotEnv(text) }, {});
  assert.ok(Object.keys(parseDotEnv(text.replaceAll(/^#(?=[A-Z])/gm, ""))).includes("PM_PORT"));
});

Deno.test("variablesModule() is what the executables refuse unknown variables by; deno task env-example writes it", async () => {
  assert.equal(await Deno.readTextFile(VARIABLES_MODULE), await variablesModule());
});
