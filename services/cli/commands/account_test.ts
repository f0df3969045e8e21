import assert from "node:assert/strict";
import { hashOf, NO_HASH } from "../../lib/audit_trail/mod.ts";
import { oncall } from "../testing/world.ts";

const ANNA = { name: "anna", role: "act", sign_in: ["password"], phone: "+491701234567", disabled_at: null };

/** A trail of so many entries, as the agent sends it. */
function trail(count: number): string {
  let previous = NO_HASH;
  return Array.from({ length: count }, (_, i) => {
    const entry = {
      seq: i + 1,
      at: "2026-01-01T00:00:00Z",
      by: "anna",
      action: "message",
      target: "K7QF",
      details: {},
      previous,
    };
    previous = hashOf(entry);
    return JSON.stringify({ ...entry, hash: previous }) + "\n";
  }).join("");
}

Deno.test("account lists people, and says how to add the first", async () => {
  const { out } = await oncall("account", { "GET 8088/api/accounts": { accounts: [ANNA] } });
  assert.equal(out, "anna  act  signs in by password  +491701234567\n");
  const none = await oncall("account", { "GET 8088/api/accounts": { accounts: [] } });
  assert.match(none.out, /oncall account <name> --add --role act/);
});

Deno.test("account --add sends a password from standard input, and never shows it", async () => {
  const readText = (path: string) => Promise.resolve(path === "-" ? "twelve or more of them\n" : assert.fail(path));
  const { out, seen } = await oncall(
    ["account", "anna", "--add", "--role", "act", "--password"],
    { "POST 8088/api/accounts": ANNA },
    { readText },
  );
  assert.deepEqual(seen[0]?.body, { name: "anna", role: "act", password: "twelve or more of them" });
  assert.ok(!out.includes("twelve"));
});

Deno.test("account changes somebody, and refuses what changes nothing or both ways", async () => {
  const { exitCode, seen } = await oncall("account anna --role see --disable", {
    "PATCH 8088/api/accounts/anna": ANNA,
  });
  assert.deepEqual([exitCode, seen[0]?.body], [0, { role: "see", disabled: true }]);
  for (const line of ["account anna", "account anna --disable --enable", "account anna --add"]) {
    assert.equal((await oncall(line)).exitCode, 2, line);
  }
});

Deno.test("audit prints the trail, and --check says whether it is whole", async () => {
  const answers = { "GET 8088/api/audit": () => new Response(trail(3)) };
  assert.equal((await oncall("audit", answers)).out, trail(3));
  assert.match((await oncall("audit --check", answers)).out, /^3 entries, whole; the newest has [0-9a-f]{64}/);
  const forged = trail(3).replace('"seq":2,"at":"2026', '"seq":2,"at":"2025');
  const checked = await oncall("audit --check", { "GET 8088/api/audit": () => new Response(forged) });
  assert.deepEqual([checked.exitCode, checked.error], [
    1,
    "oncall: the trail is broken at entry 2: it was changed after it was written\n",
  ]);
  const file = await oncall("audit --check old.jsonl", {}, { readText: () => Promise.resolve(trail(2)) });
  assert.match(file.out, /^2 entries, whole/);
});
