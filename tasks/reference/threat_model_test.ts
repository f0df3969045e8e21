import assert from "node:assert/strict";
import { join } from "node:path";
import { roles, ROOT, settingsOf } from "../build/mod.ts";

const PAGE = (await Deno.readTextFile(join(ROOT, "docs/threat-model.md"))).replaceAll(/\s+/g, " ");

Deno.test("docs/threat-model.md names only tests that exist", async () => {
  const named = [...PAGE.matchAll(/`([\w/.-]+_test\.ts)` "([^"]+)"/g)].map(([, file, words]) =>
    [file!, words!] as const
  );
  assert.ok(named.length > 60, `${named.length} are named`);
  const missing = [];
  for (const [file, words] of named) {
    const text = await Deno.readTextFile(join(ROOT, file)).catch(() => "");
    const names = [...text.matchAll(/(?:Deno\.test\(|test\(|name:)\s*(?:"((?:[^"\\]|\\.)*)"|`([^`]*)`)/g)].map((
      match,
    ) => match[1] ?? match[2]!);
    if (!names.some((name) => name.includes(words))) missing.push(`${file}: ${words}`);
  }
  assert.deepEqual(missing, []);
});

Deno.test("docs/threat-model.md has a row for each secret of the settings", async () => {
  for (const role of Object.values(roles)) {
    for (const { env, secret } of Object.values(await settingsOf(role))) {
      if (secret === true && env !== undefined) assert.ok(PAGE.includes(`| \`${env}\` |`), env);
    }
  }
});

Deno.test("docs/threat-model.md has a row, with the reason, for each permission of an executable", () => {
  for (
    const { executable, read = [], denyRead = [], write = [], net = [], run = [], sys = [] } of Object.values(roles)
  ) {
    const rows = [
      ...read.map((path) => `reads \`${path}\``),
      ...denyRead.map((path) => `is denied \`${path}\``),
      ...write.map((path) => `writes \`${path}\``),
      ...net.map((host) => `reaches \`${host}\``),
      ...run.map((program) => `runs \`${program}\``),
      ...sys.map((kind) => `asks for \`${kind}\``),
    ];
    for (const row of rows) {
      assert.match(PAGE, new RegExp(`\\| \`${executable}\` \\| ${RegExp.escape(row)} \\| \\S`), row);
    }
  }
});
