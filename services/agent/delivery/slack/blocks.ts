import type { IncidentView, OutboxKind } from "../../incidents/mod.ts";

/** A block as Slack takes it. */
export type Block = Readonly<Record<string, unknown>>;

/** Begins the `block_id` of our buttons; the incident's id follows. */
export const BLOCK_PREFIX = "oncall/";

/** Longest text of one section, in characters; Slack takes 3,000. */
const LONGEST_SECTION = 2_900;
/** Slack takes 50 blocks; the buttons are one. */
const MOST_SECTIONS = 40;

const ASKING: ReadonlySet<OutboxKind> = new Set<OutboxKind>(["diagnosis", "diagnosis_revised", "escalation", "joined"]);

const BUTTONS = [
  { text: "Acknowledge", value: "ack", style: "primary" },
  { text: "Why", value: "why" },
  { text: "Silence 30m", value: "silence 30m" },
];

/** The text as Slack shows it as it stands: nothing in it is a link, a mention or a channel. */
export function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

/** What a person typed, from what Slack sends: mentions left out, links as their text, emoji for the usual thumbs. */
export function typed(text: string): string {
  return text.slice(0, 8_000)
    .replaceAll(/<@[A-Z0-9]{1,30}(?:\|[^<>]{0,80})?>/g, " ")
    .replaceAll(/<(?:mailto:|tel:)?[^<>|]{1,2000}\|([^<>]{1,2000})>/g, "$1")
    .replaceAll(/<(?:mailto:|tel:)?([^<>|]{1,2000})>/g, "$1")
    .replaceAll(/:(?:\+1|thumbsup|white_check_mark|heavy_check_mark|ok_hand):(?::skin-tone-\d:)?/g, "👍")
    .replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&")
    .trim();
}

/** A message's blocks: its text, and buttons below what wants an answer. */
export function blocksOf(text: string, kind: OutboxKind, view: IncidentView | undefined): Block[] {
  const blocks: Block[] = sections(text).map((part) => ({ type: "section", text: { type: "mrkdwn", text: part } }));
  if (view === undefined || view.state === "resolved" || !ASKING.has(kind)) return blocks;
  const elements = BUTTONS.map(({ text, value, ...style }) => ({
    type: "button",
    action_id: `oncall_${value.replaceAll(" ", "_")}`,
    text: { type: "plain_text", text },
    value,
    ...style,
  }));
  return [...blocks, { type: "actions", block_id: `${BLOCK_PREFIX}${view.id}`, elements }];
}

function sections(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (const line of text.split("\n").flatMap(pieces)) {
    if (part !== "" && part.length + line.length + 1 > LONGEST_SECTION) {
      parts.push(part);
      part = "";
    }
    part = part === "" ? line : `${part}\n${line}`;
  }
  if (part.trim() !== "") parts.push(part);
  return parts.length <= MOST_SECTIONS ? parts : [...parts.slice(0, MOST_SECTIONS - 1), "… (cut)"];
}

/** A line, escaped, in pieces that each fit into a section. */
function pieces(line: string): string[] {
  const whole = escaped(line);
  if (whole.length <= LONGEST_SECTION) return [whole];
  const found: string[] = [];
  // One character is five at most when it is escaped.
  for (let at = 0; at < line.length; at += LONGEST_SECTION / 5) {
    found.push(escaped(line.slice(at, at + LONGEST_SECTION / 5)));
  }
  return found;
}
