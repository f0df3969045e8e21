import { CODE } from "../../incidents/mod.ts";
import { isOpenSilence, readClause } from "./clauses.ts";
import type { Intent, Parsed } from "./intent.ts";
import { acknowledges, asksForAnotherLook, asksWho, thanks } from "./sayings.ts";
import { readSigns } from "./signs.ts";
import { readTicket } from "./ticket.ts";
import { BREAK, type Word, wordsOf } from "./words.ts";

/** Longer messages are no commands; a comment may be longer, in characters. */
const LONGEST_COMMAND = 400;

/**
 * Understands an operator's message without a model. It acts only on messages that it understands to the last word, so
 * that a story, a doubt, a condition or a quotation that happens to hold a command is a question and never an order.
 */
export function parseMessage(text: string, now: Date): Parsed {
  const { rest, codes } = takeCodes(text.trim());
  const comment =
    /^(?:please\s+|pls\s+)?(?:add\s+(?:a\s+)?)?comment(?:\s+(?:on|to)\s+(?:the\s+)?ticket)?(?:\s+(?:[:,-]\s+)?|[:,-]\s+)(\S[\s\S]*)$/i
      .exec(rest)?.[1];
  if (comment !== undefined && !/^(on|to|from|by)\b/i.test(comment)) {
    return { codes, intents: [{ do: "comment", text: comment.trim() }] };
  }
  if (rest.length > LONGEST_COMMAND) return { codes, intents: [] };
  const { words: said, says } = readSigns(rest);
  if (says === "no" && said === "") return { codes, intents: [{ do: "cancel" }] };
  if (says === "yes" && (said === "" || isSmallTalk(said))) return { codes, intents: [{ do: "ack" }] };
  const answer = readAnswer(said) ?? readPhrase(said);
  if (answer !== undefined) return { codes, intents: [answer] };
  if (acknowledges(said) && !asks(said)) return { codes, intents: [{ do: "ack" }] };
  const command = stripCourtesy(said);
  if (asksWho(command.text)) return { codes, intents: [{ do: "who" }] };
  if (asksForAnotherLook(command.text) && (!asks(said) || command.courteous)) {
    return { codes, intents: [{ do: "investigate" }] };
  }
  const intents = readIntents(wordsOf(command.text), now);
  if (intents.length === 0) {
    const open = isOpenSilence(wordsOf(command.text)) && !asks(said);
    return open ? { codes, intents, ask: 'For how long? Reply for example "silence 30m".' } : { codes, intents };
  }
  const doubtful = asks(said) && !command.courteous;
  return { codes, intents: doubtful ? intents.filter(isReading) : intents };
}

/** Whether an intent only reads. */
export function isReading(intent: Intent): boolean {
  return ["status", "why", "logs", "similar", "help", "who"].includes(intent.do);
}

/** Whether a message asks something. */
export function isQuestion(text: string): boolean {
  return asks(text) ||
    /^\s*(who|what|when|where|which|how|why|is|are|was|were|did|does|do|has|have|should|can|could)\b/i.test(text);
}

function asks(text: string): boolean {
  return /\?\s*$/.test(text);
}

/** Whether a message thanks and says nothing else. */
export function isThanks(text: string): boolean {
  return thanks(readSigns(text).words) || readSigns(text).words === "" && /🙏/u.test(text);
}

/** Whether a message is nothing but courtesy ("thanks", "ok"): no order and no question. */
export function isSmallTalk(text: string): boolean {
  const signs = readSigns(text);
  if (signs.says !== "no" && signs.words === "" && signs.says !== undefined || thanks(signs.words)) return true;
  const words = wordsOf(signs.words);
  return words.length === 0 && text.trim() !== "" && !text.includes("?") ||
    words.length > 0 &&
      words.every((word) =>
        word === BREAK || word.role === "filler" ||
        /^(cool|great|good|perfect|nice|np|job|night|morning|\p{Emoji}+)$/u.test(word.low)
      );
}

/** The incidents' codes in a message, with what points at them ("incident K7QF", "for K7QF-3fa1"), and the rest. */
function takeCodes(text: string): { rest: string; codes: string[] } {
  const codes: string[] = [];
  const rest = text.replaceAll(
    /(?:\b(?:on|for|of|to|at|about|in|the|incident|code|case|ref)\s{1,9}){0,6}[[(#]{0,6}\b([A-Za-z][A-Za-z0-9]{3,5})(?:-[0-9a-f]{4})?\b[\])]{0,6}:?/g,
    (whole, word: string) => {
      const code = word.toUpperCase();
      if (!CODE.test(code) || !/\d/.test(code)) return whole;
      if (!codes.includes(code)) codes.push(code);
      return "";
    },
  );
  return {
    rest: codes.length === 0 ? text : rest.replaceAll(/(?<!\s)\s+([,.;:!?])/g, "$1").replace(/^[\s,;:.-]+/, "").trim(),
    codes,
  };
}

/** Answers to a question of ours. */
function readAnswer(text: string): Intent | undefined {
  const low = text.toLowerCase().replace(/(?<![\s.!])[\s.!]+$/, "");
  if (/^(no|nope|cancel|abort|never ?mind|forget it|no,? thanks|don'?t)$/.test(low)) return { do: "cancel" };
  const code = /^(?:(?:yes|y|ok|okay|confirm|go|do it)[\s,:]+)?([0-9]{6})$/.exec(low)?.[1];
  if (code !== undefined) return { do: "confirm", code };
  const number = /^(?:(?:option|number|no\.?|#)\s*)?(\d{1,2})[.)]?$/.exec(low)?.[1];
  if (number !== undefined) return { do: "choose", number: Number(number) };
  const ordinal = /^(?:the )?(first|second|third|fourth|fifth)(?: one)?$/.exec(low)?.[1];
  const ordinals = ["first", "second", "third", "fourth", "fifth"];
  return ordinal === undefined ? undefined : { do: "choose", number: ordinals.indexOf(ordinal) + 1 };
}

/** Questions as people ask them; they only read. */
const PHRASES: readonly (readonly [pattern: RegExp, intent: Intent])[] = [
  [
    /^\?+$|^(what|which) (can|could|may|should) (i|you|we) (do|say|reply|write|ask)|^how (do|does|can) (i|this|it|you) /,
    { do: "help" },
  ],
  [
    /^(what('?s| is) (the |its |our )?(status|state|going on|happening|up|new)|how('?s| is) it (going|looking|doing)|how are we doing|where are we|(is it|are we) (still )?(down|broken|firing|failing|resolved|fixed|over|ok|up|back)|any (news|updates?|progress)|still (firing|down|broken)|sitrep)\b.{0,20}$/,
    { do: "status" },
  ],
  [
    /^why(\b.{0,60})?$|^(how (do|can) you know|how come|what makes you (think|say)|based on what|says who|on what grounds)\b.{0,40}$/,
    { do: "why" },
  ],
  [/^(what|which)( does| do| is| are)?( in| the)* logs?\b.{0,20}$|^(last|latest|recent) (errors?|logs?)$/, {
    do: "logs",
  }],
  [
    /^((have we|did we|has (this|it)|did (this|it)|was (this|it)) )?(seen?|had|have|happen(ed)?|occur(red)?)( this| that| it)?( ever)? (before|already|earlier)$|^(history|previous|past|earlier) ?(incidents?|cases?)?$|^anything (similar|like (this|it|that))( before)?$/,
    { do: "similar" },
  ],
];

function readPhrase(text: string): Intent | undefined {
  const low = text.toLowerCase().replaceAll(/[’‘]/g, "'").replaceAll(/\s+/g, " ").replace(
    /(?<=[^?])(?<![\s.!])[\s.!?]+$/,
    "",
  );
  return PHRASES.find(([pattern]) => pattern.test(low))?.[1];
}

/** Takes "could you please", "I would like you to" from the front: what follows is an order although it asks. */
function stripCourtesy(text: string): { text: string; courteous: boolean } {
  const unquoted = /^(["'“])(.*)(["'”])[.!]?$/s.exec(text)?.[2] ?? text;
  const courtesy =
    /^(?:(?:hey|hi|hello|ok|okay|yes|yeah|yep|sure|please|pls|bot|oncall|agent)[\s,!]+)*(?:(?:can|could|would|will)\s+(?:you|u|ya)\s+(?:please\s+|pls\s+|kindly\s+)?|i(?:'d| would)\s+like\s+(?:you\s+to\s+|to\s+)?|i\s+(?:want|need)\s+(?:you\s+to\s+|to\s+)?|let'?s\s+|go\s+ahead\s+and\s+|kindly\s+)/i;
  const stripped = unquoted.replace(courtesy, "");
  return { text: stripped, courteous: stripped !== unquoted };
}

/** Every clause's intent; none at all when one clause is not understood. */
function readIntents(words: readonly Word[], now: Date): Intent[] {
  const intents: Intent[] = [];
  let i = 0;
  while (i < words.length) {
    if (isSeparator(words[i]!)) {
      i++;
      continue;
    }
    const ticket = readTicket(words, i, now);
    if (ticket !== undefined && (i + ticket.words === words.length || isSeparator(words[i + ticket.words]!))) {
      intents.push(ticket.value);
      i += ticket.words;
      continue;
    }
    const read = longestClause(words, i);
    if (read === undefined && !isCourtesyClause(words, i)) return [];
    if (read !== undefined) intents.push(read.intent);
    i = read?.end ?? clauseEnd(words, i);
  }
  return intents;
}

/** The longest clause from `at` that reads as one: "2 hours and a half" holds an "and" of its own. */
function longestClause(words: readonly Word[], at: number): { intent: Intent; end: number } | undefined {
  const ends = words.map((_, i) => i).filter((i) => i > at && isSeparator(words[i]!)).concat(words.length);
  for (const end of ends.toReversed()) {
    const intent = readClause(words.slice(at, end));
    if (intent !== undefined) return { intent, end };
  }
  return undefined;
}

function clauseEnd(words: readonly Word[], at: number): number {
  const end = words.findIndex((word, i) => i >= at && isSeparator(word));
  return end === -1 ? words.length : end;
}

/** "please", "thanks", "hey" on its own between separators. */
function isCourtesyClause(words: readonly Word[], at: number): boolean {
  return words.slice(at, clauseEnd(words, at)).every((word) => word.role === "filler");
}

function isSeparator(word: Word): boolean {
  return word === BREAK || word.role === "and";
}
