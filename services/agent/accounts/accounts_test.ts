import assert from "node:assert/strict";
import { openStore, type Store } from "../incidents/mod.ts";
import { verifyTrail } from "../../lib/audit_trail/mod.ts";
import { Accounts, type Identity } from "./mod.ts";

const local: Identity = { name: "local", role: "administer" };
const PASSWORD = "twelve or more of them";

interface World {
  readonly accounts: Accounts;
  readonly store: Store;
  advance(ms: number): void;
}

async function withAccounts(body: (world: World) => Promise<void>): Promise<void> {
  let ms = Date.parse("2026-01-01T00:00:00Z");
  const now = () => new Date(ms);
  const store = await openStore("sqlite::memory:", { now, monotonicMs: () => ms, random: Math.random });
  try {
    await body({ accounts: new Accounts({ store, now }), store, advance: (by) => ms += by });
  } finally {
    await store.close();
  }
}

Deno.test("byPassword() signs in who has the name and password, and nobody else", () =>
  withAccounts(async ({ accounts }) => {
    await accounts.add(local, { name: "Anna", role: "act", password: PASSWORD });
    assert.equal((await accounts.byPassword("anna", PASSWORD))?.name, "Anna");
    assert.equal(await accounts.byPassword("anna", PASSWORD + "!"), undefined);
    assert.equal(await accounts.byPassword("ravi", PASSWORD), undefined);
    await accounts.change(local, "anna", { disabled: true });
    assert.equal(await accounts.byPassword("anna", PASSWORD), undefined);
  }));

Deno.test("a session opens its account for twelve hours, a token until it expires, and neither after it was ended", () =>
  withAccounts(async ({ accounts, advance }) => {
    const anna = await accounts.add(local, { name: "anna", role: "act" });
    const session = await accounts.beginSession(anna, "Firefox");
    const by = await accounts.bySecret(session, "session");
    assert.equal(by?.name, "anna");
    const token = await accounts.newToken(by!, { label: "laptop", role: "see", days: 30 });
    assert.match(token, /^oncall_pat_[\w-]{43}$/);
    assert.equal((await accounts.bySecret(token, "token"))?.role, "see", "a token's role is its own");
    assert.equal(await accounts.bySecret(token, "session"), undefined, "a token is no session");
    assert.equal(await accounts.bySecret(token.slice(0, -1) + "A".replace(token.at(-1)!, "B"), "token"), undefined);
    advance(12 * 3_600_000 + 1);
    assert.equal(await accounts.bySecret(session, "session"), undefined);
    const [left] = await accounts.credentials(anna);
    assert.equal(left?.label, "laptop");
    await accounts.end(by!, anna, left!.id);
    assert.equal(await accounts.bySecret(token, "token"), undefined);
    await assert.rejects(accounts.end(by!, anna, left!.id), /no session or token/);
  }));

Deno.test("newToken() gives nobody more than the person has, nor a token to somebody without an account", () =>
  withAccounts(async ({ accounts }) => {
    const anna = await accounts.add(local, { name: "anna", role: "answer" });
    const by = await accounts.bySecret(await accounts.beginSession(anna, "x"), "session");
    await assert.rejects(accounts.newToken(by!, { label: "x", role: "act", days: 1 }), /you may answer at most/);
    await assert.rejects(accounts.newToken(local, { label: "x", role: "see", days: 1 }), /sign in by name/);
  }));

Deno.test("a lower role counts at once for what was issued before, and a new password ends it all but one's own session", () =>
  withAccounts(async ({ accounts }) => {
    const anna = await accounts.add(local, { name: "anna", role: "administer", password: PASSWORD });
    await accounts.add(local, { name: "boss", role: "administer" });
    const [mine, other] = [await accounts.beginSession(anna, "a"), await accounts.beginSession(anna, "b")];
    await accounts.change((await accounts.bySecret(mine, "session"))!, "anna", { password: PASSWORD + " new" });
    assert.equal((await accounts.bySecret(mine, "session"))?.name, "anna");
    assert.equal(await accounts.bySecret(other, "session"), undefined);
    await accounts.change(local, "anna", { role: "see" });
    assert.equal((await accounts.bySecret(mine, "session"))?.role, "see");
    await accounts.change(local, "anna", { disabled: true });
    assert.equal(await accounts.bySecret(mine, "session"), undefined);
  }));

Deno.test("change() leaves at least one who may administer", () =>
  withAccounts(async ({ accounts }) => {
    await accounts.add(local, { name: "anna", role: "administer" });
    for (const change of [{ role: "act" }, { disabled: true }] as const) {
      await assert.rejects(accounts.change(local, "anna", change), /last who may administer/);
    }
    await accounts.add(local, { name: "ravi", role: "administer" });
    assert.equal((await accounts.change(local, "anna", { role: "act" })).role, "act");
  }));

Deno.test("add() refuses a name that is taken or none, a number that is taken, and a weak password", () =>
  withAccounts(async ({ accounts }) => {
    await accounts.add(local, { name: "anna", role: "see", phone: "+491701234567" });
    const refused = (fields: Record<string, string>) => accounts.add(local, { name: "ravi", role: "see", ...fields });
    await assert.rejects(refused({ name: "ANNA" }), { code: "taken" });
    await assert.rejects(refused({ name: "a b" }), { code: "invalid_input" });
    await assert.rejects(refused({ name: "" }), { code: "invalid_input" });
    await assert.rejects(refused({ phone: "+491701234567" }), /anna has this number/);
    await assert.rejects(refused({ password: "short" }), /12 characters/);
    assert.deepEqual((await accounts.list()).map(({ name }) => name), ["anna"]);
    assert.equal((await accounts.byPhone("+491701234567"))?.name, "anna");
  }));

Deno.test("each change, sign-in and token stands in the audit trail by the name of who did it, and no secret does", () =>
  withAccounts(async ({ accounts, store }) => {
    const anna = await accounts.add(local, { name: "anna", role: "act", password: PASSWORD });
    const session = await accounts.beginSession(anna, "Firefox");
    const by = (await accounts.bySecret(session, "session"))!;
    const token = await accounts.newToken(by, { label: "laptop", role: "act", days: 1 });
    await accounts.end(by, anna, by.credential!.id);
    const trail = await store.transact((tx) => tx.auditTrail(0, 100));
    assert.deepEqual(trail.map(({ by, action }) => `${by} ${action}`), [
      "local account_added",
      "anna signed_in",
      "anna token_made",
      "anna ended",
    ]);
    assert.equal(verifyTrail(trail).broken, undefined);
    for (const secret of [PASSWORD, session, token, "scrypt$"]) assert.ok(!JSON.stringify(trail).includes(secret));
  }));
