import assert from "node:assert/strict";
import type { FakeWorkflow } from "../../../../tests/testing/fake_jira.ts";
import type { IncidentView } from "../../incidents/mod.ts";
import type { Receipt, SendResult } from "../channel.ts";
import { anIncident } from "../testing/incident.ts";
import { effectOf, letter, type Trial, withJira } from "./testing/trial.ts";

const AGAIN = { kind: "reopen_ticket", payload: { episode: 2 } };
const REFIRED = { episode: 2, state: "open" } as const;

/** An incident that fires again, whose ticket OPS-1 is in the fake with a status. */
async function ticketIn(status: string, { send, jira }: Trial): Promise<Partial<IncidentView>> {
  const { view } = await send({ payload: { assignee: "Ravi" } });
  jira.issues[0]!.status = status;
  jira.requests.length = 0;
  return { ...REFIRED, tickets: view.tickets };
}

/** Tries the order until it ends; an attempt is cut off at a call of `keep` that `cut` names, before it is stored. */
async function tried(
  { channel }: Trial,
  view: Partial<IncidentView>,
  cut: (nth: number) => boolean = () => false,
): Promise<SendResult> {
  let kept: Receipt | null = null;
  let calls = 0;
  for (let attempts = 1; attempts < 20; attempts++) {
    const row = { ...AGAIN, key: "i1/2/reopen_ticket/jira", receipt: kept, attempts };
    let whole = letter(channel, row, view);
    if (attempts > 1) {
      const found = await channel.find!(whole);
      if (found.found === "unknown") continue;
      if (found.found === "all") return { ...found, outcome: "sent" };
      whole = { ...whole, row: { ...whole.row, receipt: found.receipt ?? null } };
    }
    const result = await channel.send(whole, (receipt) => {
      if (cut(++calls)) return Promise.reject(new Error("killed"));
      kept = { ...receipt, tried_at: "2026-01-01T13:00:00Z" };
      return Promise.resolve();
    }).catch((error) => error.message === "killed" ? undefined : Promise.reject(error));
    if (result !== undefined && result.outcome !== "retryable") return result;
  }
  throw new Error("no end after 20 attempts");
}

const posts = ({ jira }: Trial, end: string) => jira.requests.filter((r) => r.startsWith("POST") && r.endsWith(end));
const lastNote = (view: IncidentView) => [view.timeline.at(-1)?.kind, view.timeline.at(-1)?.text];

Deno.test("sendReopening() reopens a ticket that is done, comments in it, and tells the operator with the link", () =>
  withJira(async (trial) => {
    const view = await ticketIn("Done", trial);
    const { answers, view: after } = await effectOf(await tried(trial, view), view);
    const [issue] = trial.jira.issues;
    assert.equal(issue!.status, "To Do", "the status of the best category");
    assert.equal(issue!.comments.length, 1);
    assert.match(
      JSON.stringify(issue!.comments[0]),
      /K7QF fires again, since 12:00:00 UTC\. CRITICAL InventoryHighErrorRate/,
    );
    assert.deepEqual(answers, [`K7QF fires again. Ticket OPS-1 is reopened: ${trial.jira.url}/browse/OPS-1`]);
    assert.deepEqual(lastNote(after), ["ticket_reopened", "OPS-1 reopened"]);
    assert.equal(trial.jira.issues.length, 1);
  }));

Deno.test("sendReopening() only comments in a ticket that is not done", () =>
  withJira(async (trial) => {
    const view = await ticketIn("In Progress", trial);
    const { answers, view: after } = await effectOf(await tried(trial, view), view);
    assert.equal(trial.jira.issues[0]!.status, "In Progress");
    assert.equal(trial.jira.issues[0]!.comments.length, 1);
    assert.deepEqual(answers, []);
    assert.deepEqual(lastNote(after), ["ticket_commented", "OPS-1 is not done, and has a comment"]);
    assert.deepEqual(posts(trial, "/transitions"), []);
  }));

const LOCALIZED: readonly (readonly [language: string, workflow: FakeWorkflow, status: string, becomes: string])[] = [
  [
    "German",
    {
      statuses: { "Zu erledigen": "new", "In Arbeit": "indeterminate", "Fertig": "done" },
      transitions: [
        { id: "41", name: "Fertigstellen", to: "Fertig" },
        { id: "42", name: "Wieder öffnen", to: "Zu erledigen", from: ["Fertig"] },
      ],
    },
    "Fertig",
    "Zu erledigen",
  ],
  [
    "Japanese, back to work only",
    {
      statuses: { "作業前": "new", "作業中": "indeterminate", "完了": "done" },
      transitions: [{ id: "5", name: "差し戻し", to: "作業中", from: ["完了"] }],
    },
    "完了",
    "作業中",
  ],
  [
    "French, with a status of no category",
    {
      statuses: { "À faire": "new", "Rouvert": "undefined", "Terminé": "done" },
      transitions: [{ id: "9", name: "Rouvrir", to: "Rouvert" }],
    },
    "Terminé",
    "Rouvert",
  ],
  [
    "done by two statuses",
    {
      statuses: { "Open": "new", "Closed": "done", "Won't do": "done" },
      transitions: [
        { id: "1", name: "Reject", to: "Won't do" },
        { id: "2", name: "Reopen", to: "Open", from: ["Closed", "Won't do"] },
      ],
    },
    "Closed",
    "Open",
  ],
  [
    "a screen whose fields have defaults",
    {
      statuses: { "Open": "new", "Closed": "done" },
      transitions: [{
        id: "2",
        name: "Reopen",
        to: "Open",
        hasScreen: true,
        fields: {
          priority: { name: "Priority", required: true, hasDefaultValue: true },
          comment: { name: "Comment", required: false, hasDefaultValue: false },
        },
      }],
    },
    "Closed",
    "Open",
  ],
  [
    "another way where one demands a field",
    {
      statuses: { "Open": "new", "Doing": "indeterminate", "Closed": "done" },
      transitions: [
        {
          id: "1",
          name: "Reopen",
          to: "Open",
          fields: { customfield_1: { name: "Reason", required: true, hasDefaultValue: false } },
        },
        { id: "2", name: "Restart", to: "Doing" },
      ],
    },
    "Closed",
    "Doing",
  ],
];

for (const [what, workflow, status, becomes] of LOCALIZED) {
  Deno.test(`sendReopening() goes by the category of a status, not by its name (${what})`, () =>
    withJira(async (trial) => {
      trial.jira.workflow = workflow;
      const view = await ticketIn(status, trial);
      const { result } = await effectOf(await tried(trial, view), view);
      assert.equal(result.outcome, "sent");
      assert.equal(trial.jira.issues[0]!.status, becomes);
      assert.equal(trial.jira.issues.length, 1);
    }));
}

const CLOSED = { "Open": "new", "Closed": "done" } as const;
const CANNOT:
  readonly (readonly [what: string, arrange: (trial: Trial) => void, because: RegExp, assignee?: string])[] = [
    [
      "the workflow has no way back",
      ({ jira }) => jira.workflow = { statuses: CLOSED, transitions: [] },
      /the workflow of OPS-1 has no transition to reopen it/,
      "Ravi Kumar",
    ],
    [
      "every way back demands a field",
      ({ jira }) =>
        jira.workflow = {
          statuses: CLOSED,
          transitions: [{
            id: "1",
            name: "Reopen",
            to: "Open",
            fields: { resolution: { name: "Reason", required: true, hasDefaultValue: false } },
          }],
        },
      /no transition to reopen it/,
      "Ravi Kumar",
    ],
    ["the ticket was deleted", ({ jira }) => jira.issues.length = 0, /OPS-1 no longer exists/],
    [
      "the ticket may not be seen",
      ({ jira }) =>
        jira.fault = (method, path) => method === "GET" && path === "/issue/OPS-1" ? { status: 403 } : undefined,
      /Jira does not show OPS-1/,
    ],
    ...[400, 403, 404, 409].map((status) =>
      [
        `the transition is refused with ${status}`,
        ({ jira }: Trial) => {
          jira.fault = (method, path) => method === "POST" && path.endsWith("/transitions") ? { status } : undefined;
        },
        /Jira refused to reopen OPS-1/,
        "Ravi Kumar",
      ] as const
    ),
  ];

for (const [what, arrange, because, assignee = null] of CANNOT) {
  Deno.test(`sendReopening() creates a new ticket that names the earlier one when ${what}`, () =>
    withJira(async (trial) => {
      const view = await ticketIn("Done", trial);
      trial.jira.issues[0]!.status = "Closed";
      trial.jira.workflow = {
        statuses: { ...trial.jira.workflow.statuses, ...CLOSED },
        transitions: trial.jira.workflow.transitions,
      };
      arrange(trial);
      const { answers, view: after } = await effectOf(await tried(trial, view), view);
      const issue = trial.jira.issues.find(({ key }) => key === "OPS-2")!;
      assert.deepEqual(issue.fields.labels, ["oncall", `oncall-${anIncident().id}-2`]);
      const words = JSON.stringify(issue.fields.description);
      assert.match(words, /Fires again; earlier ticket .*OPS-1/);
      assert.match(words, /Not diagnosed yet/, "the diagnosis of the time before is not this one's");
      assert.equal(answers.length, 1);
      assert.match(answers[0]!, /^K7QF fires again\. New ticket OPS-2, because /);
      assert.match(answers[0]!, because);
      assert.ok(answers[0]!.endsWith(`: ${trial.jira.url}/browse/OPS-2`));
      assert.deepEqual(after.tickets.map(({ key, assignee }) => [key, assignee]), [["OPS-1", "Ravi Kumar"], [
        "OPS-2",
        assignee,
      ]]);
      assert.equal(lastNote(after)[0], "ticket_created");
    }));
}

Deno.test("sendReopening() takes for reopened what someone else reopened at the same time", () =>
  withJira(async (trial) => {
    const view = await ticketIn("Done", trial);
    trial.jira.fault = (method, path) => {
      if (method !== "POST" || !path.endsWith("/transitions")) return undefined;
      trial.jira.issues[0]!.status = "In Progress";
      return { status: 409 };
    };
    const { answers } = await effectOf(await tried(trial, view), view);
    assert.match(answers[0]!, /OPS-1 is reopened/);
    assert.equal(trial.jira.issues.length, 1);
  }));

for (
  const [path, status] of [["/issue/OPS-1", 503], ["/transitions", 429], ["/comment", 500], ["/issue", 503]] as const
) {
  Deno.test(`sendReopening() retries when Jira answers ${status} to ${path}`, () =>
    withJira(async (trial) => {
      const view = await ticketIn("Done", trial);
      if (path === "/issue") trial.jira.workflow = { ...trial.jira.workflow, transitions: [] };
      let times = 0;
      trial.jira.fault = (_, asked) => asked.endsWith(path) && ++times < 3 ? { status } : undefined;
      assert.equal((await tried(trial, view)).outcome, "sent");
      assert.equal(trial.jira.issues.length, path === "/issue" ? 2 : 1);
      assert.equal(trial.jira.issues[0]!.comments.length, path === "/issue" ? 0 : 1);
    }));
}

Deno.test("sendReopening() fails in words about the credentials, and creates nothing", () =>
  withJira(async (trial) => {
    const view = await ticketIn("Done", trial);
    trial.jira.fault = () => ({ status: 401, body: {} });
    const result = await tried(trial, view);
    assert.ok(result.outcome === "permanent" && /401: check JIRA_EMAIL/.test(result.reason));
    assert.equal(trial.jira.issues.length, 1);
  }));

Deno.test("sendReopening() counts as done when the ticket is open again and no comment may be added", () =>
  withJira(async (trial) => {
    const view = await ticketIn("Done", trial);
    trial.jira.fault = (method, path) => method === "POST" && path.endsWith("/comment") ? { status: 403 } : undefined;
    const { answers } = await effectOf(await tried(trial, view), view);
    assert.match(answers[0]!, /OPS-1 is reopened/);
  }));

for (const what of ["a way back", "no way back"] as const) {
  for (const fault of [undefined, "do_then_500", "do_then_break"] as const) {
    for (const nth of [1, 2, 3]) {
      Deno.test(`sendReopening() repeats nothing, killed at its ${nth}. write (${what}, ${fault ?? "every answer arrives"})`, () =>
        withJira(async (trial) => {
          const view = await ticketIn("Done", trial);
          if (what === "no way back") trial.jira.workflow = { ...trial.jira.workflow, transitions: [] };
          const failed = new Set<string>();
          trial.jira.fault = (method, path) => {
            if (method !== "POST" || failed.has(path)) return undefined;
            failed.add(path);
            return fault;
          };
          const { answers, view: after } = await effectOf(await tried(trial, view, (n) => n === nth), view);
          assert.equal(answers.length, 1);
          const [first, second, third] = trial.jira.issues;
          assert.equal(third, undefined);
          if (what === "no way back") {
            assert.deepEqual([second?.key, after.tickets.at(-1)?.key], ["OPS-2", "OPS-2"]);
            return;
          }
          assert.equal(second, undefined);
          assert.deepEqual([first!.status, first!.comments.length], ["To Do", 1]);
          assert.equal(posts(trial, "/transitions").length, 1);
          assert.match(answers[0]!, /is reopened/);
        }));
    }
  }
}
