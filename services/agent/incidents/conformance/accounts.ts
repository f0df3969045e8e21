import assert from "node:assert/strict";
import type { Account, Credential } from "../accounts.ts";
import type { Cases } from "./harness.ts";

const at = "2026-01-01T00:00:00.000Z";
const anna: Account = {
  id: "a1",
  name: "Anna",
  role: "act",
  phone: "+491701234567",
  subject: "https://id 7",
  created_at: at,
};
const ravi: Account = { id: "a2", name: "ravi", role: "see", created_at: at };
const session = (fields: Partial<Credential>): Credential => ({
  hash: "h1",
  id: "c1",
  kind: "session",
  account_id: "a1",
  label: "a browser",
  role: "act",
  created_at: at,
  expires_at: "2026-01-01T12:00:00.000Z",
  ...fields,
});

/** People, what they sign in with, and the trail of what they did. */
export const accountsCases: Cases = {
  "account() finds a person by each of the names it has, and none by another": async ({ store, reopen }) => {
    await store.transact(async (tx) => {
      await tx.saveAccount({ ...anna, role: "see" });
      await tx.saveAccount(anna);
      await tx.saveAccount(ravi);
    });
    await (await reopen()).transact(async (tx) => {
      for (const by of [{ id: "a1" }, { name: "aNNa" }, { subject: "https://id 7" }, { phone: "+491701234567" }]) {
        assert.deepEqual(await tx.account(by), anna);
      }
      assert.equal(await tx.account({ name: "zoe" }), undefined);
      assert.deepEqual((await tx.accounts()).map(({ name }) => name), ["Anna", "ravi"]);
    });
  },

  "saveAccount() refuses a name that another has, in capitals or not, and its whole transaction with it": async (
    { store },
  ) => {
    await store.transact((tx) => tx.saveAccount(anna));
    await assert.rejects(store.transact(async (tx) => {
      await tx.saveAccount(ravi);
      await tx.saveAccount({ ...ravi, id: "a3", name: "ANNA" });
    }));
    assert.deepEqual(await store.transact((tx) => tx.accounts()), [anna]);
  },

  "credentials are found by hash, listed by person, and end one by one or by time": async ({ store }) => {
    const later = session({
      hash: "h2",
      id: "c2",
      kind: "token",
      created_at: "2026-01-02T00:00:00.000Z",
      expires_at: "2027",
    });
    await store.transact(async (tx) => {
      await tx.saveCredential(session({}));
      await tx.saveCredential(later);
      await tx.saveCredential(session({ hash: "h3", id: "c3", account_id: "a2" }));
      assert.deepEqual(await tx.credential("h2"), later);
      assert.deepEqual((await tx.credentials("a1")).map(({ id }) => id), ["c2", "c1"]);
      assert.equal(await tx.dropExpiredCredentials("2026-02"), 2);
      assert.equal(await tx.credential("h1"), undefined);
      assert.equal(await tx.dropCredential("h2"), true);
      assert.equal(await tx.dropCredential("h2"), false);
    });
  },

  "the audit trail is kept in order and read in pieces": async ({ store, reopen }) => {
    const entry = (seq: number) => ({
      seq,
      at,
      by: "anna",
      action: "message",
      target: "K7QF",
      details: { n: seq },
      previous: "p",
      hash: `h${seq}`,
    });
    await store.transact(async (tx) => {
      assert.equal(await tx.lastAudit(), undefined);
      for (const seq of [1, 2, 3]) await tx.addAudit(entry(seq));
    });
    await assert.rejects(store.transact((tx) => tx.addAudit(entry(2))));
    await (await reopen()).transact(async (tx) => {
      assert.deepEqual(await tx.lastAudit(), entry(3));
      assert.deepEqual(await tx.auditTrail(1, 1), [entry(2)]);
      assert.deepEqual((await tx.auditTrail(0, 10)).map(({ seq }) => seq), [1, 2, 3]);
    });
  },
};
