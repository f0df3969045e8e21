import {
  canMove,
  type Content,
  FIRST_ASKED_LOOK,
  type Incident,
  type IncidentSummary,
  move,
  type Order as Action,
  order as orderFrom,
  type OrderChannels,
  reply,
  resolveIncident,
  severityRank,
  type Transaction,
} from "../incidents/mod.ts";
import type { Inbound } from "./inbound.ts";
import type { Intent } from "./parser/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";

/** In what an order is carried out. */
export interface Order {
  readonly incident: Incident;
  readonly inbound: Inbound;
  /** RFC 3339. */
  readonly at: string;
  /** Channels that news goes out on. */
  readonly notify: readonly string[];
  readonly orderChannels: OrderChannels;
  /** Incidents like this one, where they were asked for. */
  readonly similar: readonly IncidentSummary[];
}

const SHORTEST_SILENCE_MS = 60_000;
const LONGEST_SILENCE_MS = 7 * 86_400_000;
/** How often one episode may be investigated again by order. */
const MOST_ASKED_LOOKS = 20;

/** What can be answered at once, and whether what was asked for is so now. */
export interface Acted {
  readonly text: string;
  readonly done: boolean;
}

/**
 * Carries out one intent in the transaction that takes the message in: what changes the incident at once, what leaves
 * the agent as an outbox row. Returns what can be answered at once.
 */
export async function act(tx: Transaction, intent: Intent, order: Order): Promise<Acted | undefined> {
  const refused = refusal(intent, order.incident);
  if (refused !== undefined) return refused;
  switch (intent.do) {
    case "ack":
      return await acknowledge(tx, order);
    case "resolve":
      return await resolve(tx, order);
    case "ticket": {
      const { do: _, ...payload } = intent;
      return await carryOut(tx, { kind: "create_jira_ticket", payload }, order);
    }
    case "assign":
      return await carryOut(tx, { kind: "assign", payload: { assignee: intent.assignee } }, order);
    case "comment":
      return await carryOut(tx, { kind: "comment", payload: { comment: intent.text } }, order);
    case "silence":
      return await carryOut(tx, { kind: "silence", payload: { ms: intent.ms } }, order);
    case "unsilence":
      return await carryOut(tx, { kind: "unsilence", payload: {} }, order);
    case "scale":
      return await carryOut(tx, { kind: "scale", payload: { replicas: intent.replicas } }, order);
    case "similar":
      await enqueueAnswer(tx, { topic: "similar", incidents: order.similar.map(briefly) }, order);
      return undefined;
    case "status":
    case "why":
    case "logs":
    case "help":
    case "who":
      await enqueueAnswer(tx, { topic: intent.do }, order);
      return undefined;
    case "investigate":
      return await lookAgain(tx, order);
    case "confirm":
    case "cancel":
    case "choose":
      return undone("No question is waiting for an answer. Nothing was done.");
  }
}

/** Why an order cannot be carried out at all, whoever confirms it. */
export function refusal(intent: Intent, incident: Incident): Acted | undefined {
  if (intent.do === "silence" && (intent.ms < SHORTEST_SILENCE_MS || intent.ms > LONGEST_SILENCE_MS)) {
    return undone(`${incident.code} was not silenced: a silence can last from 1 minute to 7 days.`);
  }
  if (intent.do === "scale" && intent.service !== undefined && intent.service !== incident.service.toLowerCase()) {
    return undone(`${incident.code} is about ${incident.service}, not ${intent.service}; nothing was scaled.`);
  }
  return undefined;
}

function undone(text: string): Acted {
  return { text, done: false };
}

/** What was requested is the case already. */
function so(text: string): Acted {
  return { text, done: true };
}

/** What an intent does, in words for the audit trail. */
export function inWords(intent: Intent): string {
  const { do: name, ...details } = intent;
  const words: Record<string, string> = {
    ticket: "create a Jira ticket",
    ack: "acknowledge",
    investigate: "investigate again",
  };
  if (intent.do === "silence") return `silence for ${spanText(intent.ms)}`;
  if (intent.do === "scale") {
    return `scale to ${intent.replicas}${intent.service === undefined ? "" : ` (service ${intent.service})`}`;
  }
  const rest = Object.entries(details).map(([key, value]) => `${key} ${value}`).join(", ");
  return (words[name] ?? name) + (rest === "" ? "" : ` (${rest})`);
}

/** Orders something on the channel that carries out its kind. */
async function carryOut(tx: Transaction, what: Content<Action["kind"]>, order: Order): Promise<Acted | undefined> {
  const channel = order.orderChannels.get(what.kind);
  if (channel === undefined) return undone("No channel of this agent can do that. Nothing was done.");
  await enqueueAction(tx, { channel, ...what }, order);
  return undefined;
}

/** Orders something that an operator asked for. */
export async function enqueueAction(tx: Transaction, action: Action, order: Order): Promise<void> {
  const { incident, inbound, at } = order;
  await orderFrom(tx, action, { incident, asked_by: inbound.sender, reply: inbound.reply, message_id: inbound.id, at });
}

/** Answers with what an operator asked to read. */
export async function enqueueAnswer(
  tx: Transaction,
  payload: Content<"answer">["payload"],
  order: Order,
): Promise<void> {
  const { incident, inbound: { id: message_id, reply: to }, at } = order;
  const occasion = { of: "request", incident, message_id, what: `answer-${payload.topic}` } as const;
  await reply(tx, { kind: "answer", payload }, { incident_id: incident.id, occasion, reply: to, message_id, at });
}

async function acknowledge(tx: Transaction, { incident, inbound, at }: Order): Promise<Acted> {
  if (incident.acknowledged_by !== null) {
    const by = incident.acknowledged_by === `operator:${inbound.sender}`
      ? "you"
      : incident.acknowledged_by.replace(/^operator:/, "");
    return so(
      `${incident.code} is already acknowledged by ${by}, since ${incident.acknowledged_at?.slice(11, 16)} UTC.`,
    );
  }
  const by = `operator:${inbound.sender}`;
  await tx.saveIncident({ ...incident, acknowledged_at: at, acknowledged_by: by });
  await tx.addTimeline(incident.id, { at, kind: "acknowledged", text: "Acknowledged", by, delivery_id: inbound.id });
  return { text: `${incident.code} is acknowledged by you.`, done: true };
}

/** Puts another look at the incident's newest episode into the queue; one that waits or goes on already is enough. */
async function lookAgain(tx: Transaction, { incident, inbound, at }: Order): Promise<Acted> {
  if (incident.state === "open" || incident.state === "investigating") {
    return so(`${incident.code} is already being investigated; the diagnosis follows.`);
  }
  const work = {
    kind: "investigation" as const,
    incident_id: incident.id,
    episode: incident.episode,
    rank: severityRank(incident.severity),
    created_at: at,
  };
  let look = FIRST_ASKED_LOOK;
  while (look < FIRST_ASKED_LOOK + MOST_ASKED_LOOKS && !await tx.enqueueWork({ ...work, look })) look++;
  if (look === FIRST_ASKED_LOOK + MOST_ASKED_LOOKS) {
    return undone(
      `${incident.code} was already investigated ${MOST_ASKED_LOOKS} times on request; nothing was started.`,
    );
  }
  await tx.saveIncident(move(incident, "investigate", at));
  const entry = { at, kind: "investigation_asked", text: "Another investigation was asked for" };
  await tx.addTimeline(incident.id, { ...entry, by: `operator:${inbound.sender}`, delivery_id: inbound.id });
  return { text: `${incident.code} is being investigated again; the diagnosis follows.`, done: true };
}

async function resolve(tx: Transaction, { incident, inbound, at, notify }: Order): Promise<Acted> {
  if (!canMove(incident, "resolve")) return so(`${incident.code} is already resolved.`);
  const by = `operator:${inbound.sender}`;
  const entry = { text: "Marked as resolved", by, delivery_id: inbound.id };
  const channels = notify.filter((name) => name !== inbound.reply.channel);
  await resolveIncident(tx, incident, { at, entry, told: { channels, payload: { resolved_by: by } } });
  const firing = await tx.countFiring(incident.id);
  const still = firing === 0 ? "" : ` ${firing} of its alerts still ${firing === 1 ? "fires" : "fire"}.`;
  return { text: `${incident.code} is marked as resolved.${still}`, done: true };
}

function briefly(incident: IncidentSummary) {
  const { code, service, title, opened_at, state, diagnosis } = incident;
  return { code, service, title, opened_at, state, cause: diagnosis?.root_cause ?? null };
}
