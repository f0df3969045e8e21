import * as v from "valibot";
import { number, text } from "../../lib/configuration/mod.ts";
import { oneLine, quiet, strong, wrap } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { type IncidentRead, incidentView } from "../../lib/incident/mod.ts";
import { findIncident, INCIDENT_HELP } from "../incident.ts";

const accepted = v.looseObject({
  message_id: v.nullish(v.string(), ""),
  understood: v.nullish(v.array(v.string()), []),
  replies: v.nullish(v.array(v.string()), []),
  done: v.nullish(v.boolean(), true),
});

/** How a message is sent and its answer waited for. */
export interface ReplyFlags {
  readonly from?: string;
  /** Seconds. */
  readonly wait: number;
}

/** Adds the flags that every command has which sends a message. */
export const REPLY_FLAGS = {
  from: ["--from <name>", "who you are, for the record", checked(text({ help: "" }, ""))],
  wait: ["--wait <s>", "seconds to wait for the result", checked(number({ help: "" }, 10, 0, 3600)), 10],
} as const;

/** Help about the exit status of these commands. */
export const NOTHING_DONE_HELP = `
Exit status 1 if any part of the request was not done: it was not understood, was refused, failed, is still waiting, needs
your answer, or had no result in time. Something that was done before counts as done: exit status 0.`;

/** `oncall reply <incident> <text…>`: sends a reply, as from the phone. */
export function reply({ program, action }: Frame): void {
  program.command("reply")
    .summary("send a reply, as from the phone")
    .description('say to the agent what one would reply on the phone, e.g. "ack", "why", "silence 30m"')
    .argument("<incident>", INCIDENT_HELP)
    .argument("<text...>", 'e.g. create Jira task and assign to Ravi ("help" lists what it understands)')
    .option(...REPLY_FLAGS.from)
    .option(...REPLY_FLAGS.wait)
    .addHelpText("after", NOTHING_DONE_HELP)
    .action(action(async (context, name: string, words: string[], flags: ReplyFlags) => {
      return await say(context, { name, text: words.join(" "), flags });
    }));
}

/** Sends `text` to the incident called `name`, shows what is answered at once, and what is done soon after. */
export async function say(
  context: Context,
  { name, text, flags }: { name: string; text: string; flags: ReplyFlags },
): Promise<number> {
  if (text.trim() === "") throw new CliError(EXIT.usage, "the text is empty: give a text");
  const { api, agent, out, json, deps } = context;
  const incident = await findIncident(context, name);
  const said = await api.call(agent, {
    path: `/api/incidents/${encodeURIComponent(incident.id)}/messages`,
    method: "POST",
    body: { text, from: flags.from },
    schema: accepted,
  });
  const sentAt = deps.now().getTime();
  if (!json) { for (const answer of said.replies) print(answer); }
  // What takes longer, a ticket for example, is answered when it is done.
  const answers: string[] = [];
  let rows: IncidentRead["notifications"] = [];
  while (said.message_id !== "" && !deps.interrupted.aborted) {
    const { notifications } = await api.call(agent, {
      path: `/api/incidents/${encodeURIComponent(incident.id)}`,
      schema: incidentView,
    });
    rows = notifications.filter(({ message_id }) => message_id === said.message_id);
    const fresh = rows.filter(({ channel, state }) => channel === "conversation" && state === "sent").map((r) =>
      r.text ?? ""
    );
    for (const answer of fresh.slice(answers.length)) {
      answers.push(answer);
      if (!json) print(answer);
    }
    if (rows.every(isSettled) || deps.now().getTime() - sentAt >= flags.wait * 1000) break;
    await deps.sleep(300, deps.interrupted);
  }
  const isKnown = rows.every(isSettled);
  const isDone = said.done && rows.every(({ state }) => state === "sent");
  if (json) {
    const replies = [...said.replies, ...answers];
    out.json({ incident: incident.id, understood: said.understood, replies, done: isDone });
  } else if (!isKnown || said.replies.length + answers.length === 0) {
    const later = isKnown ? [] : [quiet(`; no answer yet: oncall show ${oneLine(incident.code)}`)];
    out.line("Sent to ", strong(oneLine(incident.code)), ...later);
  }
  return isDone ? EXIT.ok : EXIT.notWell;

  function print(answer: string): void {
    for (const line of wrap(answer, Math.min(out.width, 100))) out.line(line);
  }
}

/** Whether the request is done, or was reported as taking longer. */
function isSettled({ state, last_error }: IncidentRead["notifications"][number]): boolean {
  return ["sent", "failed", "cancelled"].includes(state) || (last_error ?? null) !== null;
}
