import { FAKE_JIRA, type FakeJira, startFakeJira } from "../../../../../tests/testing/fake_jira.ts";
import { type IncidentView, openStore, type OutboxEntry, type OutboxRow } from "../../../incidents/mod.ts";
import type { Letter, SendResult } from "../../channel.ts";
import { anIncident, aRow } from "../../testing/incident.ts";
import { jiraChannel } from "../channel.ts";
import { JiraClient } from "../client.ts";
import type { JiraOptions } from "../options.ts";

const NOW = new Date("2026-01-01T13:00:00Z");
const REPLY = { channel: "whatsapp", to: "+15552223333" };

/** What an outcome's effects left in the store. */
interface Effect {
  readonly result: SendResult;
  readonly view: IncidentView;
  readonly answers: readonly string[];
  /** Of each of those, whether the conversation has it already. */
  readonly quiet: readonly unknown[];
  readonly pending: { options: { label: string; action: { payload: Record<string, unknown> } }[] } | undefined;
}

/** A fake Jira and the channel to it. */
export interface Trial {
  readonly jira: FakeJira;
  readonly channel: ReturnType<typeof jiraChannel>;
  send(row: Partial<OutboxRow>, view?: Partial<IncidentView>): Promise<Effect>;
}

/** Runs `body` with a fake Jira and the channel to it. */
export async function withJira(
  body: (trial: Trial) => Promise<void>,
  transition?: string,
  more: Partial<Pick<JiraOptions, "ticketFields" | "issueType">> = {},
): Promise<void> {
  const jira = startFakeJira();
  const account = { url: jira.url, email: FAKE_JIRA.email, apiToken: FAKE_JIRA.apiToken };
  const channel = jiraChannel({
    client: new JiraClient(account, { fetch, now: () => NOW, timeoutMs: 5_000 }),
    project: FAKE_JIRA.project,
    issueType: "Task",
    resolveTransition: transition,
    publicUrl: "https://oncall.example.com",
    tell: ["whatsapp"],
    now: () => NOW,
    ...more,
  });
  try {
    await body({
      jira,
      channel,
      send: async (row, view = {}) => await effectOf(await channel.send(letter(channel, row, view), keep), view),
    });
  } finally {
    await jira.stop();
  }
}

const keep = () => Promise.resolve();

/** A row that is about to leave on the channel. */
export function letter(
  channel: ReturnType<typeof jiraChannel>,
  row: Partial<OutboxRow>,
  view: Partial<IncidentView>,
): Letter {
  const whole = aTicketRow(row);
  return { row: whole, view: anIncident(view), text: channel.render(whole, anIncident(view)) ?? "" };
}

/** A row as it is ordered by an operator; `create_jira_ticket` unless it says otherwise. */
export function aTicketRow(row: Partial<OutboxRow>): OutboxEntry {
  // Nobody asks for news, or for a ticket to be reopened.
  const isOrder = ["create_jira_ticket", "assign", "comment"].includes(row.kind ?? "create_jira_ticket");
  const asked = !isOrder ? {} : { asked_by: "+15552223333", reply: REPLY, message_id: "twilio/SM1" };
  const payload = { ...asked, ...row.payload };
  return aRow({ channel: "jira", kind: "create_jira_ticket", key: "k", ...row, payload });
}

/** Commits an outcome's effects to a store of its own. */
export async function effectOf(result: SendResult, view: Partial<IncidentView>): Promise<Effect> {
  const store = await openStore("sqlite::memory:");
  const incident = anIncident(view);
  await store.transact(async (tx) => {
    await tx.saveIncident(incident);
    for (const ticket of incident.tickets) await tx.addTicket(incident.id, ticket);
    await result.effects?.(tx);
  });
  const answers: string[] = [];
  const quiet: unknown[] = [];
  while (true) {
    const claimed = await store.claimOutbox("test", { channels: ["whatsapp"], leaseMs: 60_000 });
    if (claimed === undefined) break;
    answers.push(String(claimed.row.payload.text));
    quiet.push(claimed.row.payload.quiet);
  }
  const asked = await store.transact((tx) => tx.setting("operator/+15552223333/pending"));
  const seen = (await store.view(incident.id))!;
  await store.close();
  return { result, view: seen, answers, quiet, pending: asked === undefined ? undefined : JSON.parse(asked) };
}
