import assert from "node:assert/strict";
import type { IncidentView } from "../services/agent/mod.ts";
import { allIncidents, getJson, idle } from "./testing/agent.ts";
import { runRole } from "./testing/executables.ts";
import { type Duty, onDuty } from "./testing/operator.ts";
import { until } from "./testing/wait.ts";

const RAVI = "5b10a2844c20165700ede21g";

/** Lets an alert of this name fire and waits for its page on the phone. */
async function paged(duty: Duty, alertname: string): Promise<{ code: string; labels: Record<string, string> }> {
  const labels = { alertname, service: "inventory", severity: "critical" };
  await duty.alertmanager.fire(labels);
  const incident = await until(`${alertname} has been paged`, async () => {
    const incidents = await allIncidents(duty.agent.url);
    const found = incidents.find((one) => one.alerts.some((alert) => alert.labels.alertname === alertname));
    return found?.notifications.some((n) => n.channel === "whatsapp" && n.kind === "diagnosis" && n.state === "sent")
      ? found
      : undefined;
  });
  return { code: incident.code, labels };
}

const incidentOf = (duty: Duty, code: string) => getJson<IncidentView>(`${duty.agent.url}/api/incidents/${code}`);

Deno.test("an operator answers a page on the phone, and what was asked for is done once and confirmed", async () => {
  await using duty = await onDuty();
  const { code, labels } = await paged(duty, "LoopAlert");
  const [page] = duty.phone();
  assert.match(page!, new RegExp(`^CRITICAL LoopAlert.*\\n.*inventory, incident ${code},`));
  assert.match(page!, /services\/inventory\/\S+\.ts:\d+/);
  assert.match(page!, /create Jira task and assign to Ravi/);
  assert.ok(page!.length <= 1_600);

  const { stdout: examined } = await runRole("cli", { args: ["doctor", "--agent-url", duty.agent.url] });
  assert.match(
    examined,
    /^ok +WhatsApp +Twilio accepts the credentials; pages go to \+155…33, the last message to it is/m,
  );
  assert.match(
    examined,
    new RegExp(`^ok +Replies +${duty.door}/webhook/twilio leads here; 1 number may give orders$`, "m"),
  );
  assert.match(examined, /^ok +Jira +On-call may create a Task in OPS and assign it$/m);
  assert.match(examined, /^ok +Alertmanager +version \S+ sends to /m);

  assert.deepEqual(await duty.reply("create Jira task and assign to Ravi", { times: 3 }), [200, 200, 200]);
  await idle(duty.agent.url);
  assert.equal(duty.jira.issues.length, 1);
  const { assignee } = duty.jira.issues[0]!.fields as { assignee: { id: string; accountId: string } };
  assert.deepEqual([assignee.id, assignee.accountId], [RAVI, RAVI]);
  const confirmations = duty.phone().filter((body) => body.startsWith("OPS-1 is created"));
  assert.equal(confirmations.length, 1);
  assert.ok(confirmations[0]!.includes(`${duty.jira.url}/browse/OPS-1`));
  assert.equal((await incidentOf(duty, code)).tickets[0]?.assignee, "Ravi Kumar");

  await duty.reply("silence 30m");
  await idle(duty.agent.url);
  type Silence = {
    id: string;
    status: { state: string };
    matchers: unknown[];
    createdBy: string;
    comment: string;
    startsAt: string;
    endsAt: string;
  };
  const silences = () => getJson<Silence[]>(`${duty.alertmanager.url}/api/v2/silences`);
  const [silence] = await silences();
  assert.deepEqual(
    silence?.matchers,
    Object.entries(labels).sort().map(([name, value]) => ({ name, value, isRegex: false, isEqual: true })),
  );
  assert.equal(silence?.status.state, "active");
  // Alertmanager begins a silence when it gets it, a little after it was asked for.
  const lasts = Date.parse(silence!.endsAt) - Date.parse(silence!.startsAt);
  assert.ok(lasts > 1_700_000 && lasts <= 1_800_000, String(lasts));
  assert.equal(silence?.createdBy, "+15552223333");
  assert.ok(silence?.comment.includes(code));
  type Alerts = { status: { state: string } }[];
  assert.deepEqual(
    (await getJson<Alerts>(`${duty.alertmanager.url}/api/v2/alerts`)).map((alert) => alert.status.state),
    ["suppressed"],
  );
  await duty.reply("unsilence");
  await idle(duty.agent.url);
  assert.equal((await silences())[0]?.status.state, "expired");
  assert.ok(duty.phone().some((body) => body.includes(`${code} is no longer silenced`)));

  for (const text of ["ack", "why", "status", "comment rolling back", "assign to Kim Novak"]) await duty.reply(text);
  await idle(duty.agent.url);
  const incident = await incidentOf(duty, code);
  assert.equal(incident.acknowledged_by, "operator:+15552223333");
  assert.equal(incident.tickets[0]?.assignee, "Kim Novak");
  const asked = incident.timeline.filter((entry) => entry.kind === "operator_action");
  assert.deepEqual(asked.map((entry) => entry.text), [
    "asked to create a Jira ticket (assignee Ravi)",
    "asked to silence for 30 min",
    "asked to unsilence",
    "asked to acknowledge",
    "asked to comment (text rolling back)",
    "asked to assign (assignee Kim Novak)",
  ]);
  assert.ok(asked.every((entry) => entry.by === "operator:+15552223333"));

  await duty.alertmanager.end(labels);
  await until("the ticket is moved to Done", () => duty.jira.issues[0]!.status === "Done");
  await idle(duty.agent.url);
  const comments = JSON.stringify(duty.jira.issues[0]!.comments);
  assert.match(comments, /rolling back/);
  assert.match(comments, /Resolved after/);
  assert.ok(duty.phone().some((body) => body.startsWith(`${code} LoopAlert: a test.\nResolved after`)));
});

Deno.test("an operator is asked which of two people is meant, and gets the template when free text is refused", async () => {
  await using duty = await onDuty();
  const { code } = await paged(duty, "LoopChoice");
  await duty.reply("create Jira task and assign to Kim, due 2030-01-31");
  await idle(duty.agent.url);
  assert.match(duty.phone().at(-1)!, /which Kim\?\n1\. Kim Novak .*\n2\. Kim Basinger /);
  assert.equal(duty.jira.issues.length, 0);
  await duty.reply("the second one");
  await idle(duty.agent.url);
  assert.match(duty.phone().at(-1)!, /^OPS-1 is created for \S+, assigned to Kim Basinger, .*due 2030-01-31/);
  assert.equal(duty.jira.issues.length, 1);

  const [page] = duty.around.twilio.messages;
  const refused = { MessageStatus: "undelivered", ErrorCode: "63016" };
  assert.deepEqual([await duty.status(page!, refused), await duty.status(page!, refused)], [200, 200]);
  await idle(duty.agent.url);
  const templates = duty.phone().filter((body) => body.startsWith("On-call alert: CRITICAL inventory - "));
  assert.equal(templates.length, 1);
  assert.match(duty.agent.output(), /ERROR agent undelivered .*error 63016/);
  const kinds = (await incidentOf(duty, code)).timeline.map((entry) => entry.kind);
  assert.equal(kinds.filter((kind) => kind === "not_delivered").length, 1);
});

/** Ways in which a ticket goes on after an incident fires again, each with a kill of the agent. */
const AGAIN: readonly {
  readonly what: string;
  /** Whether the agent is killed when Jira has done this. */
  readonly killed: (method: string, path: string) => boolean;
  readonly arrange?: (duty: Duty, key: string) => void;
  readonly says: RegExp;
}[] = [
  {
    what: "killed between the transition and the comment",
    killed: (method, path) => method === "POST" && path.endsWith("/transitions"),
    says: /Ticket OPS-1 is reopened: /,
  },
  {
    what: "killed after the comment",
    killed: (method, path) => method === "POST" && path.endsWith("/comment"),
    says: /Ticket OPS-2 is reopened: /,
  },
  {
    what: "deleted, and killed after the new ticket",
    killed: (method, path) => method === "POST" && path === "/issue",
    arrange: ({ jira }, key) => jira.issues.splice(jira.issues.findIndex((issue) => issue.key === key), 1),
    says: /New ticket OPS-4, because OPS-3 no longer exists: /,
  },
  {
    what: "without a way back in its workflow, and killed after the search for the new ticket",
    killed: (method, path) => method === "GET" && path === "/search/jql",
    arrange: ({ jira }) => jira.workflow = { ...jira.workflow, transitions: [] },
    says: /New ticket OPS-6, because the workflow of OPS-5 has no transition to reopen it: /,
  },
];

Deno.test("a ticket that was done goes on when its incident fires again, once, wherever the agent is killed", async () => {
  await using duty = await onDuty();
  duty.jira.workflow = {
    statuses: { "Zu erledigen": "new", "In Arbeit": "indeterminate", "Fertig": "done" },
    transitions: [
      { id: "3", name: "Abschließen", to: "Fertig" },
      { id: "7", name: "Wieder öffnen", to: "Zu erledigen", from: ["Fertig"] },
    ],
  };
  for (const [index, { what, killed, arrange, says }] of AGAIN.entries()) {
    const { code, labels } = await paged(duty, `Again${index}`);
    await duty.reply(`${code} create Jira task`);
    await idle(duty.agent.url);
    const { key } = (await incidentOf(duty, code)).tickets[0]!;
    await duty.alertmanager.end(labels);
    await until(`${code} is resolved`, async () => (await incidentOf(duty, code)).state === "resolved");
    await idle(duty.agent.url);
    duty.jira.issues.find((issue) => issue.key === key)!.status = "Fertig";
    arrange?.(duty, key);
    const reached = Promise.withResolvers<void>();
    duty.jira.onDone = (method, path) => {
      if (!killed(method, path)) return;
      duty.jira.onDone = () => {};
      duty.agent.kill("SIGKILL");
      reached.resolve();
    };
    await duty.alertmanager.fire(labels);
    await reached.promise;
    await duty.restart();
    const heard = () => duty.phone().filter((body) => body.startsWith(`${code} fires again. `));
    await until(`the phone hears of the ticket, ${what}`, () => heard().length > 0);
    await idle(duty.agent.url);
    assert.deepEqual(heard().map((body) => says.test(body)), [true], `${what}: ${heard().join("\n")}`);
    const view = await incidentOf(duty, code);
    const issue = duty.jira.issues.find((one) => one.key === view.tickets.at(-1)!.key)!;
    assert.equal(issue.status, "Zu erledigen", what);
    const comments = issue.comments.filter(({ body }) => JSON.stringify(body).includes(`${code} fires again, since`));
    assert.equal(comments.length, issue.key === key ? 1 : 0, what);
    const kinds = view.timeline.map((entry) => entry.kind);
    assert.equal(kinds.filter((kind) => kind === "ticket_reopened").length, issue.key === key ? 1 : 0, what);
    assert.equal(kinds.filter((kind) => kind === "ticket_created").length, issue.key === key ? 1 : 2, what);
  }
  assert.equal(duty.jira.issues.length, 5);
});

/** Moments of the loop at which the agent is killed. */
const MOMENTS: Readonly<Record<string, (duty: Duty, kill: () => void) => void>> = {
  "when Twilio is asked to take the page": (duty, kill) =>
    duty.around.twilio.onRequest = (what) => what === "create" && kill(),
  "when Twilio has taken the page": (duty, kill) =>
    duty.around.twilio.onRequest = (what) => what === "created" && kill(),
  "when Jira is asked for the label": (duty, kill) => duty.jira.onDone = (_, path) => path === "/search/jql" && kill(),
  "when Jira is asked who Ravi is": (duty, kill) => duty.jira.onDone = (_, path) => path.startsWith("/user/") && kill(),
  "when Jira has made the ticket": (duty, kill) =>
    duty.jira.onDone = (method, path) => method === "POST" && path === "/issue" && kill(),
  "when Twilio is asked to take the confirmation": (duty, kill) =>
    duty.jira.onDone = (method, path) => {
      if (method !== "POST" || path !== "/issue") return;
      duty.around.twilio.onRequest = (what) => what === "create" && kill();
    },
  "when Twilio has taken the confirmation": (duty, kill) =>
    duty.jira.onDone = (method, path) => {
      if (method !== "POST" || path !== "/issue") return;
      duty.around.twilio.onRequest = (what) => what === "created" && kill();
    },
};

Deno.test("the operator's loop makes one ticket and one confirmation wherever the agent is killed in between", async () => {
  await using duty = await onDuty();
  for (const [index, [moment, arm]] of Object.entries(MOMENTS).entries()) {
    const reached = Promise.withResolvers<void>();
    arm(duty, () => {
      duty.around.twilio.onRequest = () => {};
      duty.jira.onDone = () => {};
      duty.agent.kill("SIGKILL");
      reached.resolve();
    });
    const restarted = reached.promise.then(() => duty.restart());
    const atPage = moment.includes("page");
    const waiting = paged(duty, `Loop${index}`);
    if (atPage) await restarted;
    const { code } = await waiting;
    const text = `${code} create Jira task and assign to Ravi`;
    const sid = `SM${"f".repeat(31)}${index}`;
    await duty.reply(text, { times: 3, sid });
    if (!atPage) await restarted;
    await duty.reply(text, { sid });
    await idle(duty.agent.url);

    const label = `oncall-${(await incidentOf(duty, code)).id}`;
    const tickets = duty.jira.issues.filter((issue) => (issue.fields.labels as string[]).includes(label));
    assert.equal(tickets.length, 1, `tickets, killed ${moment}`);
    assert.equal((tickets[0]!.fields.assignee as { id: string }).id, RAVI);
    const about = duty.phone().filter((body) => body.includes(`${code}-`));
    assert.equal(about.filter((body) => body.startsWith("CRITICAL")).length, 1, `pages, killed ${moment}`);
    const confirmations = about.filter((body) => body.startsWith(`${tickets[0]!.key} is created for ${code}`));
    assert.equal(confirmations.length, 1, `confirmations, killed ${moment}: ${about.join("\n")}`);
    assert.equal(about.length, 2, `messages, killed ${moment}: ${about.join("\n")}`);
    const view = await incidentOf(duty, code);
    assert.deepEqual(view.tickets.map((ticket) => ticket.key), [tickets[0]!.key]);
    assert.equal(view.timeline.filter((entry) => entry.kind === "ticket_created").length, 1);
  }
});
