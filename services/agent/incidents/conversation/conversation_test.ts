import assert from "node:assert/strict";
import { sampleIncident } from "../conformance/mod.ts";
import { openStore } from "../open.ts";
import type { Transaction } from "../store.ts";
import {
  incidentOfMessage,
  readConversation,
  readPending,
  saveConversation,
  saveMessageOf,
  savePending,
} from "./store.ts";

const NOW = new Date("2026-01-01T12:00:00.000Z");
const WHO = "+15552223333";
const AT = "2026-01-01T12:05:00.000Z";

async function within(body: (tx: Transaction) => Promise<void>): Promise<void> {
  const store = await openStore("sqlite::memory:");
  try {
    await store.transact(async (tx) => {
      await tx.saveIncident(sampleIncident({ id: "i1" }));
      await body(tx);
    });
  } finally {
    await store.close();
  }
}

/** Questions in today's stored form. */
const STORED: Readonly<Record<string, string>> = {
  incident: `{"kind":"incident","text":"ack","expires_at":"${AT}"}`,
  "choice of a ticket":
    `{"kind":"choice","incident_id":"i1","options":[{"label":"Ravi Kumar (ravi)","action":{"channel":"jira",` +
    `"kind":"create_jira_ticket","payload":{"priority":"high","assignee":"Ravi Kumar","account_id":"5b10"}}}],` +
    `"expires_at":"${AT}"}`,
  "choice of an assignee": `{"kind":"choice","incident_id":"i1","options":[{"label":"Kim","action":{"channel":"jira",` +
    `"kind":"assign","payload":{"assignee":"Kim","account_id":"7"}}}],"expires_at":"${AT}"}`,
  confirmation: `{"kind":"confirmation","incident_id":"i1","intent":{"do":"scale","replicas":4},"code":"482913",` +
    `"says":"scale (replicas 4)","hash":"00","expires_at":"${AT}"}`,
};

for (const [name, json] of Object.entries(STORED)) {
  Deno.test(`readPending() reads a stored question of today: ${name}`, () =>
    within(async (tx) => {
      await tx.saveSetting(`operator/${WHO}/pending`, json);
      assert.deepEqual(await readPending(tx, WHO, NOW), JSON.parse(json));
      assert.equal(await readPending(tx, "+15550000000", NOW), undefined);
      assert.equal(await readPending(tx, WHO, new Date(AT)), undefined);
    }));
}

Deno.test("savePending() writes under the same name, and forgets", () =>
  within(async (tx) => {
    const question = { kind: "incident", text: "ack", expires_at: AT } as const;
    await savePending(tx, WHO, question);
    assert.equal(await tx.setting(`operator/${WHO}/pending`), STORED.incident);
    await savePending(tx, WHO, undefined);
    assert.equal(await readPending(tx, WHO, NOW), undefined);
  }));

Deno.test("readConversation() and incidentOfMessage() read what is stored today, and nothing that is broken", () =>
  within(async (tx) => {
    const name = `operator/${WHO}/conversation`;
    const json = `{"incident_id":"i1","at":"${AT}","by":"agent"}`;
    await saveConversation(tx, WHO, { incident_id: "i1", at: AT, by: "agent" });
    assert.equal(await tx.setting(name), json);
    assert.deepEqual(await readConversation(tx, WHO), JSON.parse(json));
    for (const broken of ["", "{", "{}", '{"incident_id":"i1","at":5,"by":"agent"}']) {
      await tx.saveSetting(name, broken);
      assert.equal(await readConversation(tx, WHO), undefined, broken);
    }
    await saveMessageOf(tx, "i1", "SM1");
    assert.equal(await tx.setting("message/SM1"), "i1");
    assert.equal(await incidentOfMessage(tx, "SM1"), "i1");
    assert.equal(await incidentOfMessage(tx, "SM2"), undefined);
  }));
