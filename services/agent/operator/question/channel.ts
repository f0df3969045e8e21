import { randomInt } from "node:crypto";
import { Counter, type Registry } from "prom-client";
import { type IncidentView, type OutboxRow, redact, type Store, type Transaction } from "../../incidents/mod.ts";
import type { Logger } from "../../../lib/telemetry/mod.ts";
import type { Model } from "../../model/mod.ts";
import { inWords } from "../act.ts";
import { confirmationHash } from "../confirmation.ts";
import { savePending } from "../memory.ts";
import type { Doing, Intent } from "../parser/mod.ts";
import { askModel } from "./ask.ts";
import { factsOf } from "./facts.ts";

/** What answering questions needs. */
export interface QuestionDeps {
  readonly store: Pick<Store, "transact">;
  readonly log: Logger;
  readonly registry: Registry;
  readonly model: Model;
  readonly now: () => Date;
}

/** How long a confirmation stays valid, in milliseconds. */
const VALID_MS = 600_000;

/**
 * The channel of messages that the parser does not understand: a model answers them from the incident's record, and what
 * it takes for an order is shown with a code, to be confirmed. Without an answer of the model the built-in one is given.
 */
export function questionChannel(deps: QuestionDeps) {
  const tokens = new Counter({
    name: "oncall_agent_question_tokens_total",
    help: "Tokens that answering operators' questions has used.",
    registers: [deps.registry],
  });

  return {
    name: "question",
    news: false,
    render: (row: OutboxRow) => String(row.payload.text ?? ""),
    async send({ row, view }: { readonly row: OutboxRow; readonly view: IncidentView | undefined }) {
      if (view === undefined) return { outcome: "permanent" as const, reason: "a question needs an incident" };
      const asked = await ask(row, view);
      const effects = async (tx: Transaction) => {
        if (asked === undefined) return await builtIn(tx, row);
        tokens.inc(asked.tokens);
        if (asked.proposal !== undefined) return await propose(tx, asked.proposal, { row, view, text: asked.text });
        if (asked.text === "") return await builtIn(tx, row);
        await reply(tx, row, redact(asked.text));
      };
      return { outcome: "sent" as const, receipt: { model: asked === undefined ? null : deps.model.name }, effects };
    },
  };

  async function ask(row: OutboxRow, view: IncidentView) {
    if (!deps.model.asksAbout(view.severity)) return undefined;
    try {
      const question = { text: redact(String(row.payload.text)), facts: redact(factsOf(view)) };
      return await askModel(question, { model: deps.model, meter: deps.model.budget.questionMeter() });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      deps.log.warn("model did not answer an operator's question", { incident: view.code, reason });
      return undefined;
    }
  }

  async function propose(
    tx: Transaction,
    intent: Doing,
    { row, view, text }: { row: OutboxRow; view: IncidentView; text: string },
  ): Promise<void> {
    const sender = String(row.payload.asked_by);
    const code = String(randomInt(1_000_000)).padStart(6, "0");
    const about = { incident_id: view.id, intent };
    const says = inWords(intent as Intent);
    const expires_at = new Date(deps.now().getTime() + VALID_MS).toISOString();
    const hash = confirmationHash(about, sender);
    await savePending(tx, sender, { kind: "confirmation", ...about, code, says, hash, expires_at });
    const lead = text === "" ? "" : `${redact(text)}\n`;
    await reply(
      tx,
      row,
      `${lead}I would do exactly this for ${view.code}: ${says}. To have it done, answer "yes ${code}" within 10 minutes.`,
    );
  }
}

async function reply(tx: Transaction, row: OutboxRow, text: string): Promise<void> {
  const { channel, to } = row.payload.reply as { channel: string; to?: string };
  const payload = { text, ...(to === undefined ? {} : { to }), ...askedIn(row) };
  const key = `${row.key}/answer`;
  await tx.enqueueOutbox({ incident_id: row.incident_id, key, channel, kind: "reply", payload, next_at: row.next_at });
}

/** The operator's message, by which whoever waits for the answer finds it. */
function askedIn({ payload }: OutboxRow): { message_id?: string } {
  return typeof payload.message_id === "string" ? { message_id: payload.message_id } : {};
}

/** The answer that needs no model. */
async function builtIn(tx: Transaction, row: OutboxRow): Promise<void> {
  const { channel, to } = row.payload.reply as { channel: string; to?: string };
  const payload = {
    topic: "question",
    text_asked: row.payload.text,
    ...(to === undefined ? {} : { to }),
    ...askedIn(row),
  };
  const key = `${row.key}/answer`;
  await tx.enqueueOutbox({ incident_id: row.incident_id, key, channel, kind: "answer", payload, next_at: row.next_at });
}
