import assert from "node:assert/strict";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { ROOT } from "../build/mod.ts";
import { configSchema } from "./config_schema.ts";

const ajv = new Ajv({ strict: false, allErrors: true });
const accepts = ajv.compile(JSON.parse(configSchema()));

Deno.test("configSchema() is what is published; deno task reference writes it", async () => {
  assert.equal(await Deno.readTextFile(join(ROOT, "docs/reference/oncall.schema.json")), configSchema());
});

Deno.test("configSchema() accepts the shipped file and every example of the documentation", async () => {
  const files = [await Deno.readTextFile(join(ROOT, "config/oncall.yaml"))];
  const page = await Deno.readTextFile(join(ROOT, "docs/your-own-services.md"));
  for (const [, yaml] of page.matchAll(/^```yaml\n([\s\S]*?)^```/gm)) if (/^services:/m.test(yaml!)) files.push(yaml!);
  assert.ok(files.length >= 2);
  for (const file of files) assert.ok(accepts(parse(file)), JSON.stringify(accepts.errors?.slice(0, 5)));
});

for (
  const [what, yaml] of [
    ["a field that nobody knows", "services: [{ name: a, colour: red }]"],
    ["a service without a name", "services: [{ owner: x }]"],
    ["an unknown kind", "connections: { a: { kind: splunk, url: 'http://x' } }\nservices: []"],
    ["a secret", "connections: { a: { kind: loki, url: 'http://x', token: abc } }\nservices: []"],
    ["a limit that is none", "services: [{ name: a, objectives: { latency_ms: fast } }]"],
    ["a field that metrics do not have", "services: [{ name: a, metrics: { selector: 'a=\"b\"', requets: x } }]"],
  ] as const
) Deno.test(`configSchema() refuses ${what}`, () => assert.equal(accepts(parse(yaml)), false));
