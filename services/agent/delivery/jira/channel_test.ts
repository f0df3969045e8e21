import assert from "node:assert/strict";
import type { FakeJira } from "../../../../tests/testing/fake_jira.ts";
import { aDiagnosis, anIncident, aResolvedIncident } from "../testing/incident.ts";
import { aTicketRow, letter, withJira } from "./testing/trial.ts";

Deno.test("jiraChannel() makes the ticket for the person meant, and answers with its link", () =>
  withJira(async ({ jira, send }) => {
    const done = await send({ payload: { assignee: "Ravi", priority: "critical", due: "2026-02-03" } });
    const [issue] = jira.issues;
    const { project, issuetype, summary, labels, priority, assignee, duedate } = issue!.fields;
    assert.deepEqual({ project, issuetype, labels, priority, assignee, duedate }, {
      project: { key: "OPS" },
      issuetype: { name: "Task" },
      labels: ["oncall", `oncall-${anIncident().id}`],
      priority: { id: "1" },
      assignee: { id: "5b10a2844c20165700ede21g", accountId: "5b10a2844c20165700ede21g" },
      duedate: "2026-02-03",
    });
    for (const step of ["Check for null before reading price", "Deploy and watch the error rate"]) {
      assert.ok(JSON.stringify(issue!.fields.description).includes(step), step);
    }
    assert.match(String(summary), /^\[K7QF\] inventory: InventoryHighErrorRate: .* Cannot read properties of null/);
    assert.deepEqual(done.answers, [
      `OPS-1 is created for K7QF, assigned to Ravi Kumar, priority Highest, due 2026-02-03: ${jira.url}/browse/OPS-1`,
    ]);
    assert.deepEqual(done.view.tickets, [{ key: "OPS-1", url: `${jira.url}/browse/OPS-1`, assignee: "Ravi Kumar" }]);
    const entry = done.view.timeline.at(-1);
    assert.deepEqual([entry?.kind, entry?.delivery_id], ["ticket_created", "twilio/SM1"]);
  }));

Deno.test("jiraChannel() writes a summary without the marks of code", () =>
  withJira(async ({ jira, send }) => {
    await send({}, { diagnosis: aDiagnosis({ root_cause: "`unitPrice` reads `percent` of null." }) });
    assert.equal(
      jira.issues[0]!.fields.summary,
      "[K7QF] inventory: InventoryHighErrorRate: more than a fifth of requests fail. unitPrice reads percent of null.",
    );
  }));

Deno.test("jiraChannel() takes the diagnosis' priority when none is said", () =>
  withJira(async ({ jira, send }) => {
    await send({}, { diagnosis: aDiagnosis({ priority: "low" }) });
    await send({}, { id: "other", diagnosis: null, severity: "warning" });
    assert.deepEqual(jira.issues.map((issue) => issue.fields.priority), [{ id: "4" }, { id: "3" }]);
  }));

Deno.test("jiraChannel() never makes a second ticket: by the store, and by the label", () =>
  withJira(async ({ jira, send }) => {
    await send({});
    const again = await send({}, { tickets: [{ key: "OPS-1", url: "u", assignee: null }] });
    // What was asked for is so.
    assert.equal(again.result.outcome, "sent");
    assert.deepEqual(again.answers, ["K7QF already has ticket OPS-1: u"]);
    assert.equal(again.view.timeline.at(-1)?.text, "K7QF already has ticket OPS-1");
    const ravis = [{ key: "OPS-1", url: "u", assignee: "Ravi Kumar" }];
    const wishes: [payload: Record<string, unknown>, outcome: string][] = [
      [{ assignee: "ravi" }, "sent"],
      [{ assignee: "Kim" }, "declined"],
      [{ priority: "high" }, "declined"],
      [{ due: "2026-02-03" }, "declined"],
    ];
    for (const [payload, outcome] of wishes) {
      assert.equal((await send({ payload }, { tickets: ravis })).result.outcome, outcome, JSON.stringify(payload));
    }
    const adopted = await send({});
    assert.equal(adopted.result.outcome, "sent");
    assert.deepEqual(adopted.view.tickets.map((ticket) => ticket.key), ["OPS-1"]);
    assert.equal(jira.issues.length, 1);
  }));

for (const fault of ["do_then_500", "do_then_break"] as const) {
  Deno.test(`jiraChannel() finds the ticket that a lost answer left behind (${fault})`, () =>
    withJira(async ({ jira, channel, send }) => {
      jira.fault = (method, path) => method === "POST" && path === "/issue" ? fault : undefined;
      const lost = await send({ payload: { assignee: "Ravi" } });
      assert.equal(lost.result.outcome, "retryable");
      jira.fault = () => undefined;
      const found = await channel.find!(letter(channel, {}, {}));
      assert.equal(found.found, "all");
      assert.equal(jira.issues.length, 1);
    }));
}

Deno.test("jiraChannel() asks which of several people is meant, and makes nothing before the answer", () =>
  withJira(async ({ jira, send }) => {
    const asked = await send({ payload: { assignee: "Kim", priority: "high" } });
    assert.equal(asked.result.outcome, "declined");
    assert.equal(jira.issues.length, 0);
    assert.match(
      asked.answers[0]!,
      /which Kim\?\n1\. Kim Novak .*\n2\. Kim Basinger .*\nReply with the number\. Nothing was done yet/,
    );
    const { action } = asked.pending!.options[1]!;
    const done = await send({ payload: action.payload });
    assert.match(done.answers[0]!, /assigned to Kim Basinger, priority High/);
    assert.deepEqual((jira.issues[0]!.fields.assignee as { id: string }).id, "5b10a0effa615349cb016cd8");
  }));

Deno.test("jiraChannel() makes the ticket unassigned and says so when nobody fits", () =>
  withJira(async ({ jira, send }) => {
    const done = await send({ payload: { assignee: "Mallory" } });
    assert.equal("assignee" in jira.issues[0]!.fields, false);
    assert.match(
      done.answers[0]!,
      /OPS-1 is created for K7QF, unassigned, .*\nNo assignable user in OPS is called "Mallory"/,
    );
  }));

Deno.test("jiraChannel() never means people who have left, or apps", () =>
  withJira(async ({ send }) => {
    assert.match((await send({ payload: { assignee: "ravi" } })).answers[0]!, /assigned to Ravi Kumar/);
    assert.match((await send({ payload: { assignee: "Ravi Bot" } }, { id: "b" })).answers[0]!, /unassigned/);
  }));

Deno.test("jiraChannel() does without fields that the project's screen lacks, and says so", () =>
  withJira(async ({ jira, send }) => {
    let refused = 0;
    const errors = { priority: "Field 'priority' cannot be set.", duedate: "Field 'duedate' cannot be set." };
    jira.fault = (method, path) =>
      method === "POST" && path === "/issue" && refused++ === 0
        ? { status: 400, body: { errorMessages: [], errors } }
        : undefined;
    const done = await send({ payload: { assignee: "Ravi", due: "2026-02-03" } });
    assert.equal(
      done.answers[0],
      `OPS-1 is created for K7QF, assigned to Ravi Kumar: ${jira.url}/browse/OPS-1\n` +
        "Jira did not take the priority.\nJira did not take the due date.",
    );
  }));

Deno.test("jiraChannel() tells those who did not ask of a ticket, and not twice who asked in the conversation", () =>
  withJira(async ({ send }) => {
    const asked = await send({ payload: { reply: { channel: "conversation" } } });
    assert.equal(asked.answers.length, 1, "the phone has the news");
    const rows = asked.view.notifications.map(({ channel, kind }) => [channel, kind]);
    assert.deepEqual(rows, [["conversation", "reply"], ["whatsapp", "ticket"]]);
    assert.deepEqual(asked.quiet, [true]);
  }));

Deno.test("jiraChannel() tells in words which field the project demands", () =>
  withJira(async ({ jira, send }) => {
    const errors = { customfield_10010: "Team is required." };
    jira.fault = (method) => method === "POST" ? { status: 400, body: { errorMessages: [], errors } } : undefined;
    const done = await send({});
    assert.equal(done.result.outcome, "declined");
    assert.match(
      done.answers[0]!,
      /^Creating the ticket failed\. Jira answered 400: customfield_10010: Team is required\. The project demands customfield_10010: set it under "jira" in config\/oncall\.yaml/,
    );
  }));

Deno.test("jiraChannel() keeps trying when Jira is away, and tells so once", () =>
  withJira(async ({ jira, send }) => {
    jira.fault = () => ({ status: 429, retryAfter: "9" });
    const { result, answers } = await send({});
    assert.equal(result.outcome === "retryable" && result.afterMs, 9_000);
    assert.match(answers[0]!, /Creating the ticket is delayed: Jira answered 429/);
    jira.fault = () => ({ status: 401, body: {} });
    assert.match((await send({})).answers[0]!, /401: check JIRA_EMAIL and JIRA_API_TOKEN/);
  }));

Deno.test("jiraChannel() assigns a ticket that is there, and asks for one first where there is none", () =>
  withJira(async ({ jira, send }) => {
    await send({});
    const tickets = [{ key: "OPS-1", url: "u", assignee: null }];
    const done = await send({ kind: "assign", payload: { assignee: "kim.novak@example.com" } }, { tickets });
    assert.deepEqual(jira.issues[0]!.fields.assignee, { accountId: "5b10ac8d82e05b22cc7d4ef5" });
    assert.deepEqual(done.answers, ["OPS-1 is assigned to Kim Novak: u"]);
    assert.equal(done.view.tickets[0]?.assignee, "Kim Novak");
    assert.match(
      (await send({ kind: "assign", payload: { assignee: "Ravi" } })).answers[0]!,
      /has no ticket yet\. Say "create Jira task" first/,
    );
  }));

Deno.test("jiraChannel() comments once, also after a lost answer", () =>
  withJira(async ({ jira, channel, send }) => {
    await send({});
    const tickets = [{ key: "OPS-1", url: "u", assignee: null }];
    const comment = { kind: "comment", payload: { comment: "Rolled back." } };
    jira.fault = (method, path) => method === "POST" && path.endsWith("/comment") ? "do_then_500" : undefined;
    assert.equal((await send(comment, { tickets })).result.outcome, "retryable");
    jira.fault = () => undefined;
    const found = await channel.find!(letter(channel, comment, { tickets }));
    assert.deepEqual(found, { found: "some", receipt: { commented: true } });
    const done = await send({ ...comment, receipt: { commented: true } }, { tickets });
    assert.equal(done.result.outcome, "sent");
    assert.equal(jira.issues[0]!.comments.length, 1);
    assert.match(JSON.stringify(jira.issues[0]!.comments[0]), /\+15552223333: Rolled back\./);
  }));

Deno.test("jiraChannel() tells news in the ticket and takes the transition when the incident resolves", () =>
  withJira(async ({ jira, channel, send }) => {
    await send({});
    const resolved = aResolvedIncident({ tickets: [{ key: "OPS-1", url: "u", assignee: null }] });
    const done = await send({ kind: "resolved", payload: { by_itself: true } }, resolved);
    assert.match(JSON.stringify(jira.issues[0]!.comments[0]), /Resolved by itself after 2 min 10 s/);
    assert.equal(jira.issues[0]!.status, "Done");
    assert.match(done.view.timeline.at(-1)!.text, /OPS-1 has a comment; moved by Finish/);
    assert.equal(channel.render(aTicketRow({ kind: "resolved" }), anIncident()), undefined);
  }, "done"));

/** A Jira that takes only issues of the type with this id, and lists those of `types`. */
function onlyType(jira: FakeJira, id: string, types: readonly unknown[]): void {
  let posted = 0;
  jira.fault = (method, path) => {
    if (path.startsWith("/issue/createmeta/")) return { status: 200, body: { issueTypes: types } };
    const refuses = id === "" || posted === 0;
    if (method === "POST" && path === "/issue" && refuses) {
      posted++;
      return {
        status: 400,
        body: { errorMessages: [], errors: { issuetype: "Geben Sie einen gültigen Vorgangstyp an" } },
      };
    }
    return undefined;
  };
}

for (
  const [by, issueType, types] of [
    ["its name before the translation", "Task", [
      { id: "7", name: "Aufgabe", untranslatedName: "Task" },
      { id: "8", name: "Fehler", untranslatedName: "Bug" },
    ]],
    ["its id", "7", [{ id: "7", name: "Tarea" }, { id: "8", name: "Error" }]],
    ["its name in other letters", "TAREA", [{ id: "7", name: "Tarea" }, { id: "8", name: "Error" }]],
    ["its place in the hierarchy", "Task", [
      { id: "7", name: "Tâche", hierarchyLevel: 0, subtask: false },
      { id: "9", name: "Sous-tâche", hierarchyLevel: -1, subtask: true },
      { id: "10", name: "Épopée", hierarchyLevel: 1 },
    ]],
  ] as const
) {
  Deno.test(`jiraChannel() finds the issue type by ${by} when Jira does not know it as it is set`, () =>
    withJira(
      async ({ jira, send }) => {
        onlyType(jira, "7", types);
        const done = await send({});
        assert.equal(done.result.outcome, "sent");
        assert.deepEqual(jira.issues[0]?.fields.issuetype, { id: "7" });
      },
      undefined,
      { issueType },
    ));
}

Deno.test("jiraChannel() names the issue types that there are when none is meant, and asks no further", () =>
  withJira(async ({ jira, send }) => {
    onlyType(jira, "", [{ id: "7", name: "Aufgabe" }, { id: "8", name: "Fehler" }, {
      id: "9",
      name: "Teilaufgabe",
      subtask: true,
    }]);
    const done = await send({});
    assert.equal(done.result.outcome, "declined");
    assert.match(done.answers[0]!, /OPS has no issue type Task: set JIRA_ISSUE_TYPE to one of Aufgabe, Fehler\.$/);
    assert.equal(jira.requests.filter((request) => request === "POST /issue").length, 1);
  }));

Deno.test("jiraChannel() does not ask for a type without end when Jira refuses the right one too", () =>
  withJira(async ({ jira, send }) => {
    onlyType(jira, "", [{ id: "7", name: "Aufgabe", untranslatedName: "Task" }]);
    assert.equal((await send({})).result.outcome, "declined");
    assert.equal(jira.requests.filter((request) => request === "POST /issue").length, 2);
  }));

Deno.test("jiraChannel() sends the fields and components that the project wants", () =>
  withJira(
    async ({ jira, send }) => {
      await send({});
      const { customfield_10126, components, project } = jira.issues[0]!.fields;
      assert.deepEqual({ customfield_10126, components, project }, {
        customfield_10126: { value: "High" },
        components: [{ name: "Checkout" }, { name: "API" }],
        project: { key: "OPS" },
      });
    },
    undefined,
    { ticketFields: { fields: { customfield_10126: { value: "High" } }, components: ["Checkout", "API"] } },
  ));

for (
  const [what, fault, says] of [
    ["required fields", {
      status: 400,
      body: {
        errorMessages: [],
        errors: { customfield_10126: "Wirkung ist erforderlich.", components: "Erforderlich." },
      },
    }, /demands customfield_10126, components: set them under "jira" in config\/oncall\.yaml/],
    ["an archived project", {
      status: 400,
      body: { errorMessages: [], errors: { project: "The project is archived." } },
    }, /archived\. Check JIRA_PROJECT_KEY/],
    ["no permission", {
      status: 403,
      body: { errorMessages: ["You do not have permission to create issues in this project."], errors: {} },
    }, /do not have permission.*lacks the permission for that in this project/],
    ["a project that is not there", { status: 404, body: {} }, /404: check JIRA_URL and JIRA_PROJECT_KEY/],
    ["a token that ended", { status: 401, body: {} }, /check JIRA_EMAIL and JIRA_API_TOKEN/],
    ["a login page", { status: 200, body: "<html>Log in</html>" }, /is no JSON: is JIRA_URL the site's address/],
    ["a redirect", { status: 302, body: {} }, /302: it redirects, perhaps to a login page: check JIRA_URL/],
    ["a message without fields", {
      status: 400,
      body: { errorMessages: ["Issue limit of the project reached."], errors: {} },
    }, /Issue limit of the project reached/],
  ] as const
) {
  Deno.test(`jiraChannel() answers whoever asked when Jira refuses with ${what}, and calls it no failed delivery`, () =>
    withJira(async ({ jira, send }) => {
      jira.fault = (method, path) => method === "POST" && path === "/issue" ? fault : undefined;
      const done = await send({});
      assert.equal(done.result.outcome, "declined");
      assert.match(done.answers[0]!, says);
      assert.deepEqual(jira.issues, []);
    }));
}

Deno.test("jiraChannel() makes the ticket unassigned when its assignee may not be assigned", () =>
  withJira(async ({ jira, send }) => {
    let refused = 0;
    jira.fault = (method, path) =>
      method === "POST" && path === "/issue" && refused++ === 0
        ? { status: 400, body: { errorMessages: [], errors: { assignee: "User 'ravi' cannot be assigned issues." } } }
        : undefined;
    const done = await send({ payload: { assignee: "Ravi" } });
    assert.match(done.answers[0]!, /OPS-1 is created for K7QF, unassigned.*\nJira did not take the assignee\./);
  }));
