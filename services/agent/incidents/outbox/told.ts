import * as v from "valibot";
import { common } from "./common.ts";

const { exactOptional, number, object, string } = v;

const text = string();
const similar = object({
  code: string(),
  service: string(),
  title: string(),
  opened_at: string(),
  cause: exactOptional(v.nullable(string())),
});

/** What a digest says of the messages that it stands for. */
const tally = object({
  ...common,
  alerts: number(),
  incidents: number(),
  resolved: v.optional(number(), 0),
  window_ms: number(),
  /** The groups with the most alerts, the largest first. */
  largest: v.pipe(v.array(object({ group: string(), count: number() })), v.readonly()),
});

/** Payloads of news: messages that nobody requested. */
export const NEWS = {
  diagnosis: object({ ...common, episode: exactOptional(number()) }),
  diagnosis_revised: object({ ...common, episode: exactOptional(number()) }),
  /** A person is called because those before did not acknowledge, or were not reached. */
  escalation: object({
    ...common,
    episode: number(),
    person: string(),
    because: v.picklist(["no_answer", "undelivered", "put_off"]),
    step: number(),
    round: number(),
  }),
  resolved: object({
    ...common,
    by_itself: exactOptional(v.boolean()),
    /** Its end was not delivered. */
    unheard: exactOptional(v.boolean()),
    truncated_alerts: exactOptional(number()),
    resolved_by: exactOptional(string()),
    /** When the last request came, where none come any more; measured when it is told. */
    no_requests_since: exactOptional(string()),
  }),
  /** Not written any more; older versions did. */
  refired: object(common),
  joined: object({ ...common, text }),
  /** A ticket was made; `quiet` where the conversation has said so already. */
  ticket: object({ ...common, text, quiet: exactOptional(v.boolean()) }),
  /** A storm of alerts: that it has begun, in words, or what it came to. */
  digest: v.union([object({ ...common, text }), tally]),
  heartbeat_lost: object({ ...common, silent_ms: exactOptional(number()) }),
  heartbeat_back: object({ ...common, silent_ms: exactOptional(number()) }),
  delivery_refused: object({ ...common, text }),
  /** How the store began, where it is not as it was left. */
  store_lost: object({ ...common, text }),
  store_salvaged: object({ ...common, text }),
  /** It began empty while something fired already. */
  store_empty: object({ ...common, text }),
  /** Whether incidents can be written. */
  store_unwritable: object({ ...common, text }),
  store_writable: object({ ...common, text }),
  /** A row did not arrive; `text` is what it said, null when it had no words yet. */
  undelivered: object({ ...common, channel: string(), kind: string(), reason: string(), text: v.nullable(string()) }),
  /** A message again, as the template that WhatsApp takes outside its 24 hours. */
  template: object({ ...common, text, of_kind: exactOptional(string()) }),
};

/** Payloads of answers: what a person asked for. */
export const ANSWERS = {
  reply: object({ ...common, text }),
  /** An answer that is put into words from the incident's record when it leaves. */
  answer: object({
    ...common,
    topic: v.picklist(["status", "why", "logs", "similar", "help", "who", "question"]),
    /** With `question`: its words. */
    text_asked: exactOptional(string()),
    /** With `similar`. */
    incidents: exactOptional(v.array(similar)),
  }),
};
