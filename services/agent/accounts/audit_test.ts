import assert from "node:assert/strict";
import { type AuditEntry, openStore } from "../incidents/mod.ts";
import { verifyTrail } from "../../lib/audit_trail/mod.ts";
import { audit } from "./audit.ts";

async function trail(count: number): Promise<AuditEntry[]> {
  const store = await openStore("sqlite::memory:", { now: () => new Date(0), monotonicMs: () => 0, random: () => 0.5 });
  try {
    for (let i = 1; i <= count; i++) {
      const details = { i, note: `password=hunter${i}hunter` };
      await store.transact((tx) =>
        audit(tx, { at: "2026-01-01T00:00:00Z", by: "anna", action: "message", target: "K7QF", details })
      );
    }
    return await store.transact((tx) => tx.auditTrail(0, 1_000));
  } finally {
    await store.close();
  }
}

Deno.test("audit() chains each deed to the one before, without its secrets, and verifyTrail() agrees", async () => {
  const entries = await trail(5);
  assert.deepEqual(entries.map(({ seq }) => seq), [1, 2, 3, 4, 5]);
  assert.equal(entries[1]!.previous, entries[0]!.hash);
  assert.doesNotMatch(JSON.stringify(entries), /hunter/);
  assert.deepEqual(verifyTrail(entries), { entries: 5, newest: entries[4]!.hash });
  assert.deepEqual(verifyTrail(JSON.parse(JSON.stringify(entries))), { entries: 5, newest: entries[4]!.hash });
});

Deno.test("verifyTrail() finds what was changed, left out, added or moved", async () => {
  const entries = await trail(5);
  const changed = (change: (copy: AuditEntry[]) => AuditEntry[]) =>
    verifyTrail(change(structuredClone(entries))).broken;
  assert.match(changed((all) => all.map((e) => e.seq === 3 ? { ...e, by: "ravi" } : e))!.why, /was changed/);
  assert.equal(changed((all) => all.map((e) => e.seq === 3 ? { ...e, details: {} } : e))!.seq, 3);
  assert.match(changed((all) => all.filter((e) => e.seq !== 2))!.why, /entry 2 is missing/);
  assert.match(
    changed((all) => all.map((e) => e.seq === 4 ? { ...e, previous: all[1]!.hash } : e))!.why,
    /does not follow/,
  );
  assert.match(changed((all) => [all[1]!, all[0]!, ...all.slice(2)])!.why, /missing/);
});
