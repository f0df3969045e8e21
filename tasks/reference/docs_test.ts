import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { parseCatalogue } from "../../services/agent/investigation/catalogue/mod.ts";
import { roleNames, roles, ROOT, settingsOf } from "../build/mod.ts";

/** Every page that people read, by its path in the checkout. */
async function pages(): Promise<Map<string, string>> {
  const paths = ["README.md", "CONTRIBUTING.md"];
  const folders = ["docs"];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for await (const { name, isDirectory } of Deno.readDir(join(ROOT, folder))) {
      if (isDirectory) folders.push(`${folder}/${name}`);
      else if (name.endsWith(".md")) paths.push(`${folder}/${name}`);
    }
  }
  return new Map(
    await Promise.all(paths.map(async (path) => [path, await Deno.readTextFile(join(ROOT, path))] as const)),
  );
}

const withoutCode = (text: string) => text.replaceAll(/^ *```[\s\S]*?^ *```/gm, "");

/** A heading's address within its page, as GitHub makes it. */
function anchor(heading: string): string {
  return heading.toLowerCase().replaceAll(/[`*]/g, "").replaceAll(/[^\p{L}\p{N} _-]/gu, "").trim().replaceAll(" ", "-");
}

Deno.test("the documentation's links lead to pages and headings that are there", async () => {
  const broken: string[] = [];
  for (const [path, text] of await pages()) {
    for (const [, link] of withoutCode(text).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^[a-z]+:/.test(link!)) continue;
      const [file, heading] = link!.split("#") as [string, string?];
      const target = file === "" ? join(ROOT, path) : join(ROOT, dirname(path), file);
      const found = await Deno.stat(target).catch(() => undefined);
      if (found === undefined) broken.push(`${path}: ${link}`);
      else if (heading !== undefined) {
        const headings = withoutCode(await Deno.readTextFile(target)).matchAll(/^#+ (.*)$/gm);
        if (![...headings].some(([, title]) => anchor(title!) === heading)) broken.push(`${path}: ${link}`);
      }
    }
  }
  assert.deepEqual(broken, []);
});

Deno.test("the documentation's variables are those that a program reads", async () => {
  const known = new Set(["ONCALL_ALLOW_NET", "ONCALL_ALLOW_READ", "ONCALL_ALLOW_ENV", "DENORT_BIN"]);
  for (const name of roleNames) {
    for (const { env } of Object.values(await settingsOf(roles[name]))) if (env !== undefined) known.add(env);
  }
  const unknown: string[] = [];
  for (const [path, text] of await pages()) {
    if (!/^docs\/(integrations\/|tutorial|your-own|runbook-agent|glossary)/.test(path)) continue;
    for (const [, name] of text.matchAll(/(?:`|^ *)([A-Z]{2,}(?:_[A-Z0-9]+)+)(?:=|`)/gm)) {
      if (!known.has(name!)) unknown.push(`${path}: ${name}`);
    }
  }
  assert.deepEqual(unknown, []);
});

Deno.test("parseCatalogue() takes the examples of docs/your-own-services.md", async () => {
  const text = await Deno.readTextFile(join(ROOT, "docs/your-own-services.md"));
  const examples = [...text.matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(([, yaml]) => yaml!)
    .filter((yaml) => /^services:/m.test(yaml));
  assert.ok(examples.length >= 2);
  for (const yaml of examples) parseCatalogue(yaml, "docs/your-own-services.md");
});
