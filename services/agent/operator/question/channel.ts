import { Counter, type Registry } from "prom-client";
import {
  type Addressee,
  type EntryOf,
  type IncidentView,
  type OutboxEntry,
  redact,
  reply,
  type Store,
  type Transaction,
} from "../../incidents/mod.ts";
import type { Logger } from "../../../lib/telemetry/mod.ts";
import type { Model } from "../../model/mod.ts";
import { inWords } from "../act.ts";
import { cautionAbout, type Limits } from "../caution.ts";
import { askToConfirm } from "../confirmation.ts";
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
  readonly limits: Limits;
}

/**
 * The channel of messages that the parser does not understand: a model answers them from the incident's record, and what
 * it takes for an order is shown with a code, to be confirmed. Without an answer of the model the built-in one is given.
 */
export function questionChannel(deps: QuestionDeps) {
  const tokens = new Counter({
    name: "oncall_agent_question_tokens_total",
    help: "Tokens used to answer operators' questions.",
    registers: [deps.registry],
  });

  return {
    name: "question",
    news: false,
    readBy: "systems" as const,
    takes: ["question" as const],
    render: (row: OutboxEntry) => row.payload.text ?? "",
    async send({ row, view }: { readonly row: OutboxEntry; readonly view: IncidentView | undefined }) {
      if (!isQuestion(row)) {
        return { outcome: "permanent" as const, reason: "a question needs its words and who asked it" };
      }
      if (view === undefined) return { outcome: "permanent" as const, reason: "a question needs an incident" };
      const asked = await ask(row, view);
      const effects = async (tx: Transaction) => {
        if (asked === undefined) return await builtIn(tx, row);
        tokens.inc(asked.tokens);
        if (asked.proposal !== undefined) return await propose(tx, asked.proposal, { row, view, text: asked.text });
        if (asked.text === "") return await builtIn(tx, row);
        await say(tx, row, redact(asked.text));
      };
      return { outcome: "sent" as const, receipt: { model: asked === undefined ? null : deps.model.name }, effects };
    },
  };

  async function ask(row: Question, view: IncidentView) {
    if (!deps.model.asksAbout(view.severity)) return undefined;
    try {
      const question = { text: redact(row.payload.text), facts: redact(factsOf(view)) };
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
    { row, view, text }: { row: Question; view: IncidentView; text: string },
  ): Promise<void> {
    const { asked_by: sender } = row.payload;
    const incident = await tx.incident(view.id);
    if (incident === undefined) return await builtIn(tx, row);
    const caution = await cautionAbout(tx, intent as Intent, { incident, limits: deps.limits });
    const says = inWords(intent as Intent);
    const about = { incident_id: view.id, intent, state: caution?.state, sender, says, now: deps.now() };
    const { code } = await askToConfirm(tx, { ...about, proposed_by: "model" });
    const because = caution === undefined ? "" : `${caution.because} `;
    const lead = text === "" ? "" : `${redact(text)}\n`;
    await say(
      tx,
      row,
      `${lead}${because}Proposed for ${view.code}: ${says}. To do exactly this, reply "yes ${code}" within 10 minutes.`,
    );
  }
}

type Question = EntryOf<"question"> & { readonly payload: { readonly reply: Addressee; readonly asked_by: string } };

async function say(tx: Transaction, row: Question, text: string): Promise<void> {
  await reply(tx, { kind: "reply", payload: { text } }, answerTo(row));
}

/** The answer that needs no model. */
async function builtIn(tx: Transaction, row: Question): Promise<void> {
  const payload = { topic: "question", text_asked: row.payload.text } as const;
  await reply(tx, { kind: "answer", payload }, answerTo(row));
}

function answerTo({ incident_id, key, next_at, payload }: Question) {
  const { reply, message_id } = payload;
  return { incident_id, occasion: { of: "row", key, as: "answer" } as const, reply, message_id, at: next_at };
}

function isQuestion(row: OutboxEntry): row is Question {
  return row.kind === "question" && row.payload.reply !== undefined && row.payload.asked_by !== undefined;
}
