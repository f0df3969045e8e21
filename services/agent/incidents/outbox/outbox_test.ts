import assert from "node:assert/strict";
import { sampleIncident } from "../conformance/mod.ts";
import { openStore } from "../open.ts";
import type { OutboxRow } from "../types.ts";
import { decode, storedKind } from "./entry.ts";
import { outboxKey } from "./key.ts";
import { announce, order, reply } from "./write.ts";

const REPLY = { channel: "whatsapp", to: "+15552223333" };
const ASKED = { asked_by: "+15552223333", reply: REPLY, message_id: "twilio/SM1" };

/** Rows in today's stored form: key, channel, kind, payload in JSON. */
const STORED = `
i1/1/diagnosis/whatsapp               whatsapp     diagnosis          {"episode":1}
i1/1/diagnosis_revised/log            log          diagnosis_revised  {"episode":1}
i1/1/resolved/log                     log          resolved           {"by_itself":true,"truncated_alerts":0}
i1/2/resolved/log                     log          resolved           {"by_itself":false,"unheard":true,"truncated_alerts":3}
i1/3/resolved/log                     log          resolved           {"resolved_by":"operator:+15552223333"}
i1/2/refired/log                      log          refired            {}
i1/1/joined/d1/log                    log          joined             {"text":"K7QF inventory: 1 alert more: Slow."}
i1/ticket/OPS-1/whatsapp              whatsapp     ticket             {"text":"OPS-1 is created","quiet":true}
storm/whatsapp/1700000000000/begins   whatsapp     digest             {"text":"Alert storm: more than 20 messages"}
storm/whatsapp/1700000000000/digest   whatsapp     digest             {"alerts":9,"incidents":2,"resolved":1,"window_ms":600000,"largest":[{"group":"K7QF critical Slow","count":9}]}
heartbeat/2026-01-01T00:00:00.000Z/heartbeat_lost/log  log  heartbeat_lost  {"silent_ms":900000}
heartbeat/2026-01-01T00:00:00.000Z/heartbeat_back/log  log  heartbeat_back  {"silent_ms":901000}
store/2026-01-01T00:00:00.000Z/lost/log  log       store_lost         {"text":"The store was lost"}
store/2026-01-01T00:00:00.000Z/salvaged/log log    store_salvaged     {"text":"The store was damaged"}
store/empty/log                       log          store_empty        {"text":"The on-call agent began with an empty store"}
intake/bad_json/2026-01-01T00/log     log          delivery_refused   {"text":"A delivery of alerts was refused"}
k/undelivered/log                     log          undelivered        {"channel":"whatsapp","kind":"diagnosis","reason":"no such number","text":"CRITICAL"}
k2/undelivered/log                    log          undelivered        {"channel":"jira","kind":"assign","reason":"away","text":null}
k/template                            whatsapp     template           {"to":"+15552223333","of_kind":"diagnosis","text":"CRITICAL"}
reply/m1/0                            whatsapp     reply              {"text":"K7QF is acknowledged.","to":"+15552223333"}
k/answer                              conversation reply              {"text":"Done.","message_id":"api/K7QF/1"}
i1/1/answer-why/whatsapp/m1           whatsapp     answer             {"topic":"why","to":"+15552223333","message_id":"m1"}
i1/1/answer-similar/conversation/m1   conversation answer             {"topic":"similar","incidents":[{"code":"M3XR","service":"cart","title":"t","opened_at":"2026-01-01T00:00:00.000Z","state":"resolved","cause":null}],"message_id":"m1"}
k3/answer                             whatsapp     answer             {"topic":"question","text_asked":"which file?","to":"+15552223333","message_id":"m1"}
i1/1/create_jira_ticket/jira/m1       jira         create_jira_ticket {"priority":"high","due":"2026-02-03","assignee":"Ravi","asked_by":"+15552223333","reply":{"channel":"whatsapp","to":"+15552223333"},"message_id":"m1"}
i1/1/create_jira_ticket/jira/m2       jira         create_jira_ticket {"assignee":"Ravi Kumar","account_id":"5b10","asked_by":"api","reply":{"channel":"conversation"},"message_id":"m2"}
i1/1/assign/jira/m3                   jira         assign             {"assignee":"ravi@example.com","asked_by":"api","reply":{"channel":"conversation"},"message_id":"m3"}
i1/1/comment/jira/m4                  jira         comment            {"comment":"Rolled back.","asked_by":"api","reply":{"channel":"conversation"},"message_id":"m4"}
i1/2/reopen_ticket/jira               jira         reopen_ticket      {"episode":2}
i1/1/silence/alertmanager/m5          alertmanager silence            {"ms":1800000,"asked_by":"api","reply":{"channel":"conversation"},"message_id":"m5"}
i1/1/unsilence/alertmanager/m6        alertmanager unsilence          {"asked_by":"api","reply":{"channel":"conversation"},"message_id":"m6"}
i1/1/scale/manager/m7                 manager      scale              {"replicas":4,"asked_by":"api","reply":{"channel":"conversation"},"message_id":"m7"}
i1/1/question/question/m8             question     question           {"text":"why so slow?","asked_by":"api","reply":{"channel":"conversation"},"message_id":"m8"}
`.trim().split("\n").map((line) => /^(\S+) +(\S+) +(\S+) +(\{.*\})$/.exec(line)!.slice(1) as Fields);

type Fields = [key: string, channel: string, kind: string, payload: string];

function rowOf([key, channel, kind, payload]: Fields): OutboxRow {
  return {
    id: "r1",
    incident_id: "i1",
    key,
    channel,
    kind,
    payload: JSON.parse(payload),
    state: "pending",
    attempts: 0,
    created_at: "2026-01-01T00:00:00.000Z",
    next_at: "2026-01-01T00:00:00.000Z",
    sent_at: null,
    text: null,
    receipt: null,
    last_error: null,
  };
}

for (const fields of STORED) {
  Deno.test(`decode() reads ${fields[2]} as it stands in stores of today (${fields[0]})`, () => {
    const read = decode(rowOf(fields));
    assert.ok(read.ok, read.ok ? "" : read.problem);
    assert.equal(read.entry.kind, fields[2]);
    const { incidents: similar, ...payload } = JSON.parse(fields[3]);
    const { incidents, ...got } = read.entry.payload as Record<string, unknown>;
    assert.deepEqual(got, payload);
    if (!Array.isArray(similar)) assert.equal(incidents, similar);
    else assert.deepEqual(incidents, similar.map(({ state: _, ...incident }) => incident));
  });
}

for (
  const [kind, payload, problem] of [
    ["scale", { replicas: "four", ...ASKED }, /cannot be read as scale, at replicas: .*"four"/],
    ["silence", ASKED, /cannot be read as silence, at ms: /],
    ["answer", { topic: "weather" }, /cannot be read as answer, at topic: /],
    ["reply", { text: "x", to: 5 }, /cannot be read as reply, at to: /],
    ["undelivered", { text: "x" }, /cannot be read as undelivered, at channel: /],
  ] as const
) {
  Deno.test(`decode() says in one line what is wrong with ${kind} ${JSON.stringify(payload).slice(0, 30)}`, () => {
    const read = decode(rowOf(["k", "log", kind, JSON.stringify(payload)]));
    assert.ok(!read.ok);
    assert.match(read.problem, problem);
    assert.doesNotMatch(read.problem, /\n/);
    assert.deepEqual(read.asked.reply, "reply" in payload ? REPLY : undefined);
  });
}

Deno.test("decode() keeps the text of a kind that this version does not know", () => {
  for (const kind of ["page_of_tomorrow", "other", "constructor"]) {
    const read = decode(rowOf(["k", "log", kind, '{"text":"said","to":"+15552223333","more":1}']));
    assert.ok(read.ok);
    assert.deepEqual([read.entry.kind, storedKind(read.entry), read.entry.payload.text], ["other", kind, "said"]);
  }
});

Deno.test("outboxKey() makes the keys that stored rows have", () => {
  const incident = { id: "i1", episode: 2 };
  const news = { kind: "diagnosis", channel: "log" };
  const keys = [
    outboxKey({ of: "episode", incident }, news),
    outboxKey({ of: "episode", incident, mark: "-101" }, news),
    outboxKey({ of: "episode", incident, mark: "/d1" }, { kind: "joined", channel: "log" }),
    outboxKey({ of: "request", incident, message_id: "m1" }, { kind: "scale", channel: "manager" }),
    outboxKey({ of: "request", incident, message_id: "m1", what: "answer-why" }, { kind: "answer", channel: "log" }),
    outboxKey({ of: "message", message_id: "m1", index: 0 }, news),
    outboxKey({ of: "row", key: "k", as: "waiting" }, news),
    outboxKey({ of: "failure", key: "k" }, news),
    outboxKey({ of: "ticket", incident_id: "i1", ticket: "OPS-1" }, { kind: "ticket", channel: "whatsapp" }),
    outboxKey({ of: "storm", startsAt: 17, part: "digest" }, { kind: "digest", channel: "whatsapp" }),
    outboxKey({ of: "heartbeat", lostAt: "T" }, { kind: "heartbeat_lost", channel: "log" }),
    outboxKey({ of: "store", openedAt: "T", began: "lost" }, { kind: "store_lost", channel: "log" }),
    outboxKey({ of: "empty_store" }, { kind: "store_empty", channel: "log" }),
    outboxKey({ of: "refusal", code: "bad_json", at: "2026-01-01T07:08:09.000Z" }, news),
  ];
  assert.deepEqual(keys, [
    "i1/2/diagnosis/log",
    "i1/2/diagnosis-101/log",
    "i1/2/joined/d1/log",
    "i1/2/scale/manager/m1",
    "i1/2/answer-why/log/m1",
    "reply/m1/0",
    "k/waiting",
    "k/undelivered/log",
    "i1/ticket/OPS-1/whatsapp",
    "storm/whatsapp/17/digest",
    "heartbeat/T/heartbeat_lost/log",
    "store/T/lost/log",
    "store/empty/log",
    "intake/bad_json/2026-01-01T07/log",
  ]);
});

Deno.test("announce(), order() and reply() write rows that decode() reads, once for each occasion", async () => {
  const store = await openStore("sqlite::memory:");
  const incident = sampleIncident({ id: "i1" });
  const at = "2026-01-01T00:00:00.000Z";
  const rows: OutboxRow[] = [];
  await store.transact(async (tx) => {
    await tx.saveIncident(incident);
    for (let twice = 0; twice < 2; twice++) {
      const occasion = { of: "episode", incident } as const;
      const where = { incident_id: "i1", occasion, channels: ["log", "whatsapp"], at };
      await announce(tx, { kind: "diagnosis", payload: { episode: 1 } }, where);
      const wish = { assignee: "ravi@example.com", priority: "high" } as const;
      await order(tx, { channel: "jira", kind: "create_jira_ticket", payload: wish }, { incident, ...ASKED, at });
      const comment = { comment: "the password: hunter2hunter2" };
      await order(tx, { channel: "jira", kind: "comment", payload: comment }, { incident, ...ASKED, at });
      const said = {
        occasion: { of: "message", message_id: "m1", index: 0 },
        incident_id: null,
        reply: REPLY,
        at,
      } as const;
      await reply(tx, { kind: "reply", payload: { text: "Done." } }, said);
    }
  });
  const channels = ["log", "whatsapp", "jira"];
  for (;;) {
    const claimed = await store.claimOutbox("t", { channels, leaseMs: 60_000 });
    if (claimed === undefined) break;
    rows.push(claimed.row);
    assert.ok(decode(claimed.row).ok);
  }
  await store.close();
  assert.deepEqual(rows.map((row) => row.key).sort(), [
    "i1/1/comment/jira/twilio/SM1",
    "i1/1/create_jira_ticket/jira/twilio/SM1",
    "i1/1/diagnosis/log",
    "i1/1/diagnosis/whatsapp",
    "reply/m1/0",
  ]);
  const payloadOf = (kind: string) => rows.find((row) => row.kind === kind)!.payload;
  assert.deepEqual(payloadOf("create_jira_ticket"), { assignee: "ravi@example.com", priority: "high", ...ASKED });
  assert.doesNotMatch(String(payloadOf("comment").comment), /hunter2/);
  assert.deepEqual(payloadOf("reply"), { text: "Done.", to: "+15552223333" });
});
