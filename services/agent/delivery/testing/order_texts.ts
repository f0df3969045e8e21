import type { IncidentView, OutboxRow } from "../../incidents/mod.ts";
import { answerOf, fake, silenceRow } from "../alertmanager/testing/fake.ts";
import { type Trial, withJira } from "../jira/testing/trial.ts";
import { managerChannel } from "../manager/channel.ts";
import { unconfiguredChannel } from "../unconfigured.ts";
import { anIncident, aResolvedIncident, aRow } from "./incident.ts";
import type { SampleText } from "./texts.ts";

const TICKETS = [{ key: "OPS-1", url: "https://example.atlassian.net/browse/OPS-1", assignee: "Ravi Kumar" }];
const ASKED = { asked_by: "+15552223333", reply: { channel: "whatsapp", to: "+15552223333" } };

/** What is answered when other systems have done what was ordered, or refused it: from the channels, against fakes. */
export async function orderTexts(): Promise<SampleText[]> {
  return [...await jiraTexts(), ...await silenceTexts(), ...await scaleTexts(), ...await unconfiguredTexts()];
}

async function jiraTexts(): Promise<SampleText[]> {
  const texts: SampleText[] = [];
  const told = async (
    name: string,
    { row = {}, view = {}, before }: {
      readonly row?: Partial<OutboxRow>;
      readonly view?: Partial<IncidentView>;
      readonly before?: (trial: Trial) => void;
    } = {},
  ) => {
    await withJira(async (trial) => {
      if (view.tickets !== undefined) {
        trial.jira.issues.push({ key: "OPS-1", fields: { labels: [] }, comments: [], status: "Done" });
      }
      before?.(trial);
      const { answers, view: after } = await trial.send(row, view);
      const text = answers.map((answer) => answer.replaceAll(trial.jira.url, "https://example.atlassian.net"));
      if (text.length > 0) texts.push({ name: `Jira: ${name}`, text: text[0]! });
      const entry = after.timeline.at(-1);
      if (entry !== undefined) texts.push({ name: `Jira, timeline: ${name}`, text: entry.text });
      for (const { body } of trial.jira.issues.flatMap((issue) => issue.comments)) {
        texts.push({ name: `Jira, comment: ${name}`, text: wordsOf(body) });
      }
    }, "Done");
  };
  const refuses = (status: number, messages: readonly string[] = []) => ({ jira }: Trial) => {
    jira.fault = (method) => method === "GET" ? undefined : { status, body: { errorMessages: messages, errors: {} } };
  };
  const again = { kind: "reopen_ticket", payload: { episode: 2 } };
  const view = { tickets: TICKETS };
  const refired = { ...view, episode: 2 };
  await told("created", { row: { payload: { assignee: "Ravi", due: "2026-02-03" } } });
  await told("created, nobody of that name", { row: { payload: { assignee: "Mallory" } } });
  await told("which of two people", { row: { payload: { assignee: "Kim" } } });
  await told("there is one already", { row: { payload: { priority: "high" } }, view });
  await told("no permission", { before: refuses(403, ["You may not create issues in this project."]) });
  await told("Jira is away", { before: refuses(503) });
  await told("wrong credentials", { before: ({ jira }) => jira.fault = () => ({ status: 401, body: {} }) });
  await told("comment", { row: { kind: "comment", payload: { comment: "Rolled back." } }, view });
  await told("comment without a ticket", { row: { kind: "comment", payload: { comment: "Rolled back." } } });
  await told("assigned", { row: { kind: "assign", payload: { assignee: "Kim Novak" } }, view });
  await told("assigned to nobody who is known", { row: { kind: "assign", payload: { assignee: "Mallory" } }, view });
  await told("diagnosis", { row: { kind: "diagnosis" }, view });
  await told("resolved", {
    row: { kind: "resolved", payload: { by_itself: true } },
    view: { ...aResolvedIncident(), ...view },
  });
  await told("reopened", { row: again, view: refired });
  await told("fires again, not done", {
    row: again,
    view: refired,
    before: ({ jira }) => jira.issues[0]!.status = "To Do",
  });
  await told("cannot be reopened", {
    row: again,
    view: refired,
    before: ({ jira }) => jira.workflow = { ...jira.workflow, transitions: [] },
  });
  await told("deleted", { row: again, view: refired, before: ({ jira }) => jira.issues.length = 0 });
  return texts;
}

async function silenceTexts(): Promise<SampleText[]> {
  const { send } = fake();
  const half = 1_800_000;
  const say = async (name: string, row: Parameters<typeof send>[0], via = send) => ({
    name: `silence: ${name}`,
    text: await answerOf(await via(row)) ?? "(nothing)",
  });
  const end = aRow({ channel: "alertmanager", kind: "unsilence", key: "u", payload: ASKED });
  return [
    await say("nothing to end", end),
    await say("made", silenceRow(half, "a")),
    await say("made again", silenceRow(2 * half, "b")),
    await say("ended", end),
    await say("refused", silenceRow(half, "c"), fake({ POST: 400 }).send),
    await say("Alertmanager is away", silenceRow(half, "c"), fake({ POST: 503 }).send),
  ];
}

async function scaleTexts(): Promise<SampleText[]> {
  const row = aRow({ channel: "manager", kind: "scale", key: "s", payload: { ...ASKED, replicas: 4 } });
  const say = async (name: string, body: unknown, status = 200) => {
    const via = (() => Promise.resolve(Response.json(body, { status }))) as typeof fetch;
    const channel = managerChannel("http://manager.example", { fetch: via, now: () => new Date(0), timeoutMs: 1_000 });
    const sent = await channel.send({ row, view: anIncident(), text: "" }, () => Promise.resolve());
    return { name: `scale: ${name}`, text: await answerOf(sent) ?? "(nothing)" };
  };
  return [
    await say("done", { ok: true, replicas: 4 }),
    await say("refused", { error: "no_port", message: "No port is free: 8001 to 8003 hold 3 instances at most." }, 400),
    await say("manager is away", {}, 503),
  ];
}

async function unconfiguredTexts(): Promise<SampleText[]> {
  const channel = unconfiguredChannel("jira", "Jira", ["JIRA_URL", "JIRA_EMAIL"]);
  const row = aRow({ channel: "jira", kind: "create_jira_ticket", key: "j", payload: ASKED });
  const sent = await channel.send({ row, view: anIncident(), text: "" }, () => Promise.resolve());
  return [{ name: "not configured", text: await answerOf(sent) ?? "(nothing)" }];
}

/** A comment's words, a line for each paragraph. */
function wordsOf(body: unknown): string {
  const { text = "", content = [] } = body as { text?: string; content?: unknown[] };
  return text + content.map(wordsOf).join((body as { type?: string }).type === "doc" ? "\n" : "");
}
