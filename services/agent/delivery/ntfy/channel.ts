import { ANSWER_KINDS, type IncidentView, NEWS_KINDS, type OutboxKind, severityRank } from "../../incidents/mod.ts";
import { failureOf, Pause } from "../answered.ts";
import type { Channel, Letter, SendResult } from "../channel.ts";
import type { OnCall } from "../integration.ts";
import { jsonOf, type Outgoing, request } from "../outgoing.ts";
import { alertTitle } from "../words/page.ts";
import { messageText } from "../words/render.ts";
import { cutAtSentence, oneLine } from "../words/text.ts";

/** Where push messages go. */
export interface NtfyOptions {
  readonly url: string;
  readonly topic: string;
  readonly token: string | undefined;
  readonly consoleUrl?: string | undefined;
  readonly onCall?: OnCall | undefined;
}

/** Longest message in bytes; ntfy makes a file of a longer one. */
const LONGEST_MESSAGE = 4_096;
/** Of ntfy's 1 to 5, by severity, the most severe first. */
const PRIORITIES = [5, 4, 3, 2, 2, 1] as const;
const TAGS = ["rotating_light", "rotating_light", "warning", "warning", "information_source", "information_source"];
/** What rings; everything else is shown quietly. */
const RINGS: ReadonlySet<OutboxKind> = new Set<OutboxKind>(["diagnosis", "escalation", "joined", "heartbeat_lost"]);

/** Push messages to phones by ntfy, with a link to the incident in the console. */
export function ntfyChannel(options: NtfyOptions, outgoing: Outgoing): Channel {
  const pause = new Pause(outgoing.now);
  return {
    name: "ntfy",
    news: true,
    readBy: "people",
    rationed: true,
    takes: [...NEWS_KINDS, ...ANSWER_KINDS, "other"],
    render: (row, view) => messageText(row, view),

    async send(letter): Promise<SendResult> {
      if (pause.waiting !== undefined) return pause.waiting;
      const { row, view } = letter;
      const topic = row.payload.to ?? options.onCall?.("ntfy", view, row.created_at) ?? options.topic;
      const headers = {
        "content-type": "application/json",
        ...(options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }),
      };
      const body = JSON.stringify({ topic, ...messageOf(letter, options.consoleUrl) });
      const answer = await request(`${options.url}/`, { method: "POST", headers, body }, outgoing);
      const said = answer.kind === "answer"
        ? jsonOf(answer.body) as { id?: unknown; error?: unknown } | undefined
        : undefined;
      const hint = answer.kind === "answer" && (answer.status === 401 || answer.status === 403)
        ? ": check NTFY_TOKEN and its access to the topic"
        : "";
      const failure = failureOf(answer, "ntfy", `${typeof said?.error === "string" ? said.error : ""}${hint}`);
      return pause.noted(failure ?? { outcome: "sent", receipt: { id: said?.id ?? null } });
    },
  };
}

function messageOf({ row, view, text }: Letter, consoleUrl: string | undefined): Record<string, unknown> {
  const rank = view === undefined ? 1 : severityRank(view.severity);
  const over = view?.state === "resolved" || row.kind === "resolved" || row.kind === "heartbeat_back";
  const link = view === undefined || consoleUrl === undefined
    ? undefined
    : `${consoleUrl.replace(/\/$/, "")}/incidents/${view.id}`;
  return {
    title: titleOf(view),
    message: cutBytes(text),
    priority: over || !RINGS.has(row.kind) ? Math.min(3, PRIORITIES[rank]!) : PRIORITIES[rank],
    tags: [over ? "white_check_mark" : TAGS[rank]],
    ...(link === undefined ? {} : { click: link, actions: [{ action: "view", label: "Open", url: link }] }),
  };
}

function titleOf(view: IncidentView | undefined): string {
  if (view === undefined) return "On-call";
  return cutAtSentence(
    oneLine(`${view.code} ${view.severity.toUpperCase()} ${view.service}: ${alertTitle(view)}`),
    120,
  );
}

function cutBytes(text: string): string {
  let cut = text;
  while (new TextEncoder().encode(cut).length > LONGEST_MESSAGE) cut = cutAtSentence(cut, Math.floor(cut.length * 0.9));
  return cut;
}
