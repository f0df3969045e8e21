import * as v from "valibot";
import { number, text } from "../../configuration/mod.ts";
import { oneLine, quiet, strong, wrap } from "../../terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { findIncident, INCIDENT_HELP, type IncidentView, incidentView } from "../incident.ts";

const accepted = v.looseObject({
  understood: v.nullish(v.array(v.string()), []),
  replies: v.nullish(v.array(v.string()), []),
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
  wait: ["--wait <s>", "how long to wait for what is done about it", checked(number({ help: "" }, 10, 0, 3600)), 10],
} as const;

/** `oncall reply <incident> <text…>`: says to the agent what one would reply on the phone. */
export function reply({ program, action }: Frame): void {
  program.command("reply")
    .description('say to the agent what one would reply on the phone, e.g. "ack", "why", "silence 30m"')
    .argument("<incident>", INCIDENT_HELP)
    .argument("<text...>", 'e.g. create Jira task and assign to Ravi ("help" tells what it understands)')
    .option(...REPLY_FLAGS.from)
    .option(...REPLY_FLAGS.wait)
    .action(action(async (context, name: string, words: string[], flags: ReplyFlags) => {
      return await say(context, { name, text: words.join(" "), flags });
    }));
}

/** Sends `text` to the incident called `name`, shows what is answered at once, and what is done soon after. */
export async function say(
  context: Context,
  { name, text, flags }: { name: string; text: string; flags: ReplyFlags },
): Promise<number> {
  if (text.trim() === "") throw new CliError(EXIT.usage, "there is nothing to say: give a text");
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
  // What takes longer, a ticket for example, joins the conversation when it is done.
  const later: IncidentView["messages"] = [];
  while (said.replies.length + later.length === 0 && !deps.interrupted.aborted) {
    const { messages } = await api.call(agent, {
      path: `/api/incidents/${encodeURIComponent(incident.id)}`,
      schema: incidentView,
    });
    later.push(...messages.slice(incident.messages.length).filter(({ from }) => from === "agent"));
    if (later.length > 0 || deps.now().getTime() - sentAt >= flags.wait * 1000) break;
    await deps.sleep(300, deps.interrupted);
  }
  if (json) {
    out.json({
      incident: incident.id,
      understood: said.understood,
      replies: [...said.replies, ...later.map((m) => m.text)],
    });
  } else {
    for (const { text } of later) print(text);
    if (said.replies.length + later.length === 0) {
      out.line(
        "Sent to ",
        strong(oneLine(incident.code)),
        quiet(`; no answer yet: oncall show ${oneLine(incident.code)}`),
      );
    }
  }
  return EXIT.ok;

  function print(answer: string): void {
    for (const line of wrap(answer, Math.min(out.width, 100))) out.line(line);
  }
}
