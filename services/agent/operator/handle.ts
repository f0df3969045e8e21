import {
  type IncidentSummary,
  type OrderChannels,
  type Pending,
  readConversation,
  readPending,
  redact,
  reply,
  saveConversation,
  savePending,
  type Store,
  type Transaction,
} from "../incidents/mod.ts";
import { audit, mayDo } from "../accounts/mod.ts";
import { act, type Acted, enqueueAction, enqueueAnswer, inWords, type Order, refusal } from "./act.ts";
import { type Addressed, addressedIncident } from "./addressed.ts";
import { neededRole } from "./needed_role.ts";
import { type Caution, cautionAbout, type Limits } from "./caution.ts";
import { askToConfirm, type Confirmation, isUntouched } from "./confirmation.ts";
import type { Handled, Inbound } from "./inbound.ts";
import {
  type Doing,
  type Intent,
  isQuestion,
  isReading,
  isSmallTalk,
  isThanks,
  type Parsed,
  parseMessage,
} from "./parser/mod.ts";

/** What handling a message needs. */
export interface HandleDeps {
  readonly store: Store;
  readonly now: () => Date;
  /** Channels that news goes out on. */
  readonly notify: readonly string[];
  readonly orderChannels: OrderChannels;
  /** A model answers what the parser does not understand, on the channel `question`. */
  readonly model?: boolean;
  /** From which size on an order is asked about before it is carried out. */
  readonly limits: Limits;
}

const MAY_SAY =
  'Reply for example "ack", "why", "silence 30m", "create Jira task and assign to Ravi", or "help" for all.';
const NOT_UNDERSTOOD = `I did not understand that, and nothing was done. ${MAY_SAY}`;
/** What may be said while no incident is open, where there is none to name in it. */
const ALL_WORDS = 'While an incident is open: "ack", "who has it", "status", "why", "logs", "similar", ' +
  '"investigate again", "silence 30m", "create Jira task and assign to Ravi", "comment …", "scale to 4", "resolve".';

/** How long a question of ours waits for its answer, in milliseconds. */
const ASKED_MS = 600_000;
const MOST_NAMED = 5;
const MOST_OPEN = 50;
const UNRESOLVED = ["open", "investigating", "diagnosed"];

/**
 * Takes an operator's message in: once, and in one transaction with everything that it sets in motion, so that after a
 * crash there is all of it or nothing.
 *
 * @throws {StoreUnavailable} when nothing was taken in.
 */
export async function handleInbound(inbound: Inbound, deps: HandleDeps): Promise<Handled> {
  const { store, now } = deps;
  const parsed = parseMessage(inbound.text, now());
  const open = await openIncidents(store);
  const wantsSimilar = parsed.intents.some((intent) => intent.do === "similar");
  const similar = wantsSimilar ? await similarTo(inbound, parsed, open, store) : new Map<string, IncidentSummary[]>();
  return await store.transact((tx) => new Handling(tx, { inbound, open, similar, deps }).run(parsed));
}

interface Given {
  readonly inbound: Inbound;
  readonly open: readonly IncidentSummary[];
  /** Incidents like another one, by that one's id. */
  readonly similar: ReadonlyMap<string, IncidentSummary[]>;
  readonly deps: HandleDeps;
}

/** One message being handled in its transaction. */
class Handling {
  readonly #tx: Transaction;
  readonly #given: Given;
  readonly #now: Date;
  readonly #replies: string[] = [];
  #done = true;

  constructor(tx: Transaction, given: Given) {
    this.#tx = tx;
    this.#given = given;
    this.#now = given.deps.now();
  }

  async run(parsed: Parsed): Promise<Handled> {
    const { inbound, open } = this.#given;
    if (!await this.#tx.claimInbound(inbound.id)) {
      return { outcome: "repeated", incident: null, understood: [], replies: [], done: true };
    }
    const pending = await readPending(this.#tx, inbound.sender, this.#now);
    const found = await addressedIncident(this.#tx, {
      inbound,
      codes: parsed.codes,
      pending,
      open,
      now: this.#now,
    });
    if ("none" in found && inbound.incident !== undefined) {
      return { outcome: "unheard", incident: null, understood: [], replies: [], done: false };
    }
    await this.#keepTrail("incident" in found ? found.incident.code : "", parsed);
    if (!("incident" in found)) return await this.#withoutIncident(found, parsed);

    const { incident } = found;
    const at = this.#now.toISOString();
    const by = `operator:${inbound.sender}`;
    await this.#tx.addMessage(incident.id, { at, from: by, text: redact(inbound.text) });
    await saveConversation(this.#tx, inbound.sender, { incident_id: incident.id, at, by: "operator" });
    const order: Order = {
      incident,
      inbound,
      at,
      notify: this.#given.deps.notify,
      orderChannels: this.#given.deps.orderChannels,
      similar: this.#given.similar.get(incident.id) ?? [],
    };
    const intents = this.#intents(parsed, pending);
    if (!await this.#answered(pending, intents, order)) await this.#carryOut(intents, parsed, order);
    for (const [i, text] of this.#replies.entries()) await this.#reply(text, incident.id, i);
    const understood = intents.map((intent) => intent.do);
    return {
      outcome: "handled",
      incident: { id: incident.id, code: incident.code },
      understood,
      replies: this.#replies,
      done: this.#done,
    };
  }

  /** Adds what somebody wrote to the audit trail, with who wrote it. */
  async #keepTrail(target: string, parsed: Parsed): Promise<void> {
    const { id, sender, by = sender, text } = this.#given.inbound;
    const understood = parsed.intents.map((intent) => intent.do);
    const details = { id, text: redact(text), understood, ...(by === sender ? {} : { calls_itself: sender }) };
    await audit(this.#tx, { at: this.#now.toISOString(), by, action: "message", target, details });
  }

  /** Refuses what the sender's role does not allow; false when it may. */
  #forbidden(intent: Intent): boolean {
    const { role = "act" } = this.#given.inbound;
    const needed = neededRole(intent);
    if (mayDo(role, needed)) return false;
    this.#refuse(`Not done: ${inWords(intent)}. Your role is "${role}", and this needs "${needed}".`);
    return true;
  }

  /** What is asked for; the bare name of an incident answers our question which one was meant. */
  #intents(parsed: Parsed, pending: Pending | undefined): readonly Intent[] {
    if (pending?.kind !== "incident" || parsed.intents.length > 0 || parsed.codes.length === 0) return parsed.intents;
    return parseMessage(pending.text, this.#now).intents;
  }

  /** Deals with an answer to a question of ours; false when the message is none. */
  async #answered(pending: Pending | undefined, intents: readonly Intent[], order: Order): Promise<boolean> {
    const [intent] = intents;
    const forget = () => savePending(this.#tx, order.inbound.sender, undefined);
    if (pending?.kind === "incident" && intents.length > 0) await forget();
    if (pending === undefined || pending.kind === "incident") return false;
    if (intent?.do === "cancel") {
      await forget();
      this.#note({ text: "OK, nothing was done.", done: true });
      return true;
    }
    if (pending.kind === "choice") {
      // A thumb or "OK" doesn't say which one.
      if (intent?.do === "ack" && !/\p{L}/u.test(order.inbound.text)) {
        this.#refuse(`Reply with a number from 1 to ${pending.options.length}.`);
        return true;
      }
      if (this.#forbidden({ do: "choose", number: 1 })) return true;
      const words = order.inbound.text.trim().toLowerCase();
      const named = pending.options.filter((option) => option.label.toLowerCase().includes(words));
      const option = intent?.do === "choose"
        ? pending.options[intent.number - 1]
        : intents.length === 0 && words.length >= 2 && named.length === 1
        ? named[0]
        : undefined;
      if (option === undefined) {
        if (intent?.do !== "choose") return false;
        this.#refuse(`Reply with a number from 1 to ${pending.options.length}.`);
        return true;
      }
      await forget();
      await this.#audit(`chose: ${option.label}`, order);
      await enqueueAction(this.#tx, option.action, order);
      return true;
    }
    return await this.#confirmed(pending, intent, order);
  }

  /** Deals with the answer to a question whether something is to be done; false when the message is none. */
  async #confirmed(pending: Confirmation, intent: Intent | undefined, order: Order): Promise<boolean> {
    const { sender, text } = order.inbound;
    const plain = /^\s*(yes|yes,? please|y|yeah|yep|sure|do it|confirm|go ahead|go)[\s.!]*$/i.test(text);
    const thumb = intent?.do === "ack" && !/\p{L}/u.test(text) || /^\s*(ok|okay)[\s.!]*$/i.test(text);
    // A model's words are confirmed with their code: "yes" alone may have answered something else.
    if (thumb || plain && pending.proposed_by !== "operator") {
      this.#refuse('Nothing was done yet. Reply "yes" with the 6 digits of the question.');
      return true;
    }
    if (!plain && intent?.do !== "confirm") return false;
    if (this.#forbidden({ do: "confirm", code: "" })) return true;
    if (order.incident.id !== pending.incident_id) {
      this.#refuse(`The question was about another incident, not ${order.incident.code}. Nothing was done.`);
      return true;
    }
    if (intent?.do === "confirm" && intent.code !== pending.code || !isUntouched(pending, sender)) {
      this.#refuse("That is not the code of the question. Nothing was done.");
      return true;
    }
    const confirmed = pending.intent as Intent;
    const caution = await cautionAbout(this.#tx, confirmed, { ...order, limits: this.#given.deps.limits });
    if (caution !== undefined && caution.state !== pending.state) {
      // Something else fires by now: what was confirmed is not what would be done.
      await this.#ask(confirmed, caution, order);
      return true;
    }
    await savePending(this.#tx, sender, undefined);
    await this.#audit(`confirmed: ${pending.says}`, order);
    await this.#acted(await act(this.#tx, confirmed, order), confirmed, order);
    return true;
  }

  /** Asks once whether an order is to be carried out that is too large to be done at a word. */
  async #ask(intent: Intent, { because, state }: Caution, order: Order): Promise<void> {
    const { incident, inbound: { sender }, at } = order;
    const says = inWords(intent);
    // Which service was meant is checked by now.
    const exactly = intent.do === "scale" ? { do: intent.do, replicas: intent.replicas } : intent as Doing;
    const about = { incident_id: incident.id, intent: exactly, state, sender, says, now: this.#now };
    const { code } = await askToConfirm(this.#tx, { ...about, proposed_by: "operator" });
    this.#refuse(`${because} To ${says}, reply "yes ${code}" within 10 minutes, or "no".`);
    const entry = {
      at,
      kind: "confirmation_asked",
      text: redact(`asked back before: ${says}. ${because}`),
      by: "agent",
    };
    await this.#tx.addTimeline(incident.id, { ...entry, delivery_id: order.inbound.id });
  }

  async #carryOut(intents: readonly Intent[], parsed: Parsed, order: Order): Promise<void> {
    if (!mayDo(this.#given.inbound.role ?? "act", "answer")) {
      this.#refuse('Nothing was done. Your role is "see", and this needs "answer".');
      return;
    }
    if (intents.length === 0) {
      if (parsed.ask !== undefined) this.#refuse(parsed.ask);
      else if (order.inbound.text.trim() === "") this.#refuse("I can read text only.");
      else if (isSmallTalk(order.inbound.text)) {
        this.#note({ text: courtesy(order.inbound.text, notAcknowledged(order.incident)), done: true });
      } else await this.#question(order);
      return;
    }
    let asked = false;
    for (const intent of intents) {
      if (!isReading(intent)) await this.#audit(`asked to ${inWords(intent)}`, order);
      if (this.#forbidden(intent)) continue;
      // Each intent sees what the one before it changed.
      const incident = await this.#tx.incident(order.incident.id) ?? order.incident;
      const caution = refusal(intent, incident) === undefined
        ? await cautionAbout(this.#tx, intent, { incident, limits: this.#given.deps.limits })
        : undefined;
      if (caution === undefined) await this.#acted(await act(this.#tx, intent, { ...order, incident }), intent, order);
      else if (asked) {
        this.#refuse(`Not done: ${inWords(intent)}. One confirmation at a time: send it again afterwards.`);
      } else {
        asked = true;
        await this.#ask(intent, caution, { ...order, incident });
      }
    }
  }

  /** A message that is no order: a model answers it where there is one, else what is known of the incident. */
  async #question(order: Order): Promise<void> {
    const { text } = order.inbound;
    if (this.#given.deps.model === true) {
      await enqueueAction(this.#tx, { channel: "question", kind: "question", payload: { text: redact(text) } }, order);
    } else if (isQuestion(text)) {
      await enqueueAnswer(this.#tx, { topic: "question", text_asked: redact(text) }, order);
    } else this.#refuse(NOT_UNDERSTOOD);
  }

  /** Keeps an answer; a refused order is added to the timeline with its reason. */
  async #acted(acted: Acted | undefined, intent: Intent, order: Order): Promise<void> {
    this.#note(acted);
    if (acted === undefined || acted.done || isReading(intent)) return;
    const text = redact(`declined: ${acted.text}`);
    const entry = { at: order.at, kind: "declined", text, by: "agent", delivery_id: order.inbound.id };
    await this.#tx.addTimeline(order.incident.id, entry);
  }

  #note(acted: Acted | undefined): void {
    if (acted === undefined) return;
    this.#replies.push(acted.text);
    this.#done &&= acted.done;
  }

  #refuse(text: string): void {
    this.#note({ text, done: false });
  }

  async #audit(text: string, { incident, inbound, at }: Order): Promise<void> {
    const by = `operator:${inbound.sender}`;
    const entry = { at, kind: "operator_action", text: redact(text), by, delivery_id: inbound.id };
    await this.#tx.addTimeline(incident.id, entry);
  }

  async #withoutIncident(found: Addressed, parsed: Parsed): Promise<Handled> {
    const { inbound, open } = this.#given;
    const only = parsed.intents.length === 1 ? parsed.intents[0]!.do : undefined;
    if ("unknownCode" in found) {
      this.#refuse(`There is no incident ${found.unknownCode}. Nothing was done.`);
    } else if (only === "status" && open.length > 0) {
      this.#note({ text: openText(open), done: true });
    } else if (only === "help") {
      this.#note({ text: ALL_WORDS, done: true });
    } else if (parsed.intents.length === 0 && isSmallTalk(inbound.text)) {
      const rest = openText(open);
      this.#note({ text: courtesy(inbound.text, open.length === 1 ? notAcknowledged(open[0]!) : rest), done: true });
    } else if ("candidates" in found) {
      const expires_at = new Date(this.#now.getTime() + ASKED_MS).toISOString();
      if (parsed.intents.length > 0) {
        await savePending(this.#tx, inbound.sender, { kind: "incident", text: keptForLater(inbound.text), expires_at });
      }
      this.#refuse(`Which incident? ${named(found.candidates)}. Reply with its code. Nothing was done yet.`);
    } else this.#refuse("No incident is open.");
    for (const [i, text] of this.#replies.entries()) await this.#reply(text, null, i);
    const understood = parsed.intents.map((intent) => intent.do);
    return { outcome: "handled", incident: null, understood, replies: this.#replies, done: this.#done };
  }

  async #reply(text: string, incident_id: string | null, index: number): Promise<void> {
    const { id: message_id, reply: to } = this.#given.inbound;
    const occasion = { of: "message", message_id, index } as const;
    const whom = { incident_id, occasion, reply: to, at: this.#now.toISOString() };
    await reply(this.#tx, { kind: "reply", payload: { text } }, whom);
  }
}

/** The answer to thanks and to "OK", with what is still to be said of the incident. */
function courtesy(text: string, rest: string): string {
  return `${isThanks(text) ? "You're welcome." : "OK."} ${rest}`.trim();
}

function notAcknowledged(incident: Pick<IncidentSummary, "code" | "state" | "acknowledged_by">): string {
  return incident.state === "resolved" || incident.acknowledged_by !== null
    ? ""
    : `${incident.code} is not acknowledged: reply "ack" to take it.`;
}

/** An order as it waits for its incident: without secrets, but with the address of whom a ticket is to be assigned to. */
function keptForLater(text: string): string {
  return text.split(/(?<=\s)([\w.+-]+@[\w.-]+)(?=\s|$)/).map((piece, i) => i % 2 === 1 ? piece : redact(piece)).join(
    "",
  );
}

function openText(open: readonly IncidentSummary[]): string {
  if (open.length === 0) return "No incident is open.";
  return `${open.length === 1 ? "1 incident is" : `${open.length} incidents are`} open: ${named(open)}.`;
}

function named(incidents: readonly { code: string; severity: string; service: string }[]): string {
  const some = incidents.slice(0, MOST_NAMED).map((i) => `${i.code} (${i.severity} ${i.service})`).join(", ");
  return incidents.length > MOST_NAMED ? `${some} and ${incidents.length - MOST_NAMED} more` : some;
}

/** The incidents that aren't resolved, newest first. */
async function openIncidents(store: Store): Promise<IncidentSummary[]> {
  const lists = await Promise.all(UNRESOLVED.map((state) => store.list({ limit: MOST_OPEN, state })));
  return lists.flatMap((list) => list.incidents).sort((a, b) => a.opened_at < b.opened_at ? 1 : -1);
}

async function similarTo(
  inbound: Inbound,
  parsed: Parsed,
  open: readonly IncidentSummary[],
  store: Store,
): Promise<Map<string, IncidentSummary[]>> {
  const found = new Map<string, IncidentSummary[]>();
  const wanted = [inbound.incident, ...parsed.codes].filter((id) => id !== undefined);
  const ids = new Set([...wanted, ...open.slice(0, MOST_NAMED).map((incident) => incident.id)]);
  const last = await store.transact((tx) => readConversation(tx, inbound.sender));
  if (last !== undefined) ids.add(last.incident_id);
  for (const id of ids) {
    const view = await store.view(id);
    if (view === undefined) continue;
    const words = `${view.title} ${view.service} ${view.diagnosis?.root_cause ?? ""}`;
    found.set(view.id, await store.similar(words, { limit: 3, except: view.id }));
  }
  return found;
}
