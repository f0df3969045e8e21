import { findLevel, isLevelWord, type Level, levelOf, levelOfLetter, levelOfSyslog } from "../levels.ts";
import { readTime } from "../times/mod.ts";
import type { Head, LineContext, Reader } from "./head.ts";

/** What may stand between the line's start or a token and a time. */
const OPENING = /[#*]{0,6}[[(<"'|]{0,2} ?/y;
/** What loggers put before the time: a level, something in brackets, a number, a letter, a dash. */
const TOKEN =
  /(?:([[<(|])? ?([A-Za-z]{1,13})(?:\[\d{1,9}\])? ?[\]>)|]?[:,]?(?=[\s[:(]|$)|<(\d)>|\[[^\][]{1,60}\]:?|\d{1,12}(?::[A-Z])?(?= )|[-|](?= ))\s{0,8}/y;
/** What stands between a time and what the line says. */
const CLOSING = /^(?: #\d{1,9})?[\])>"'|,:;]{0,4}/;
const MOST_TOKENS = 4;
/** Longest part of a line in which its time is looked for. */
const REACH = 120;

const PHRASES: readonly (readonly [RegExp, Level])[] = [
  [/^PHP (?:Fatal|Parse|Recoverable fatal) error/, "FATAL"],
  [/^PHP (?:Warning|Deprecated)/, "WARN"],
  [/^PHP (?:Notice|Strict Standards)/, "NOTICE"],
];

/** Lines of text: a time, a level, what is said; the level, or something in brackets, may stand first, the time be missing. */
export const text: Reader = (line, context) => {
  const first = line.charCodeAt(0);
  if (first === 32 || first === 9 || line === "" || line.startsWith("! ")) return null;
  let at = 0;
  let level: Level | null = null;
  for (let tokens = 0; at < REACH && tokens <= MOST_TOKENS; tokens++) {
    OPENING.lastIndex = at;
    OPENING.exec(line);
    const start = OPENING.lastIndex;
    const time = startsTime(line.charCodeAt(start)) ? readTime(line, context, start) : null;
    if (time !== null) return timed(line, context, { at, start, time, level });
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(line);
    if (token === null) break;
    const found = levelOfToken(token);
    if (token[2] !== undefined && found === null) {
      // A word that is no level: brackets may hold any.
      if (token[1] === undefined) break;
    }
    level ??= found;
    at = TOKEN.lastIndex;
    if (found !== null && token[0].includes(":") && !/\s$/.test(token[0])) break;
  }
  if (level === null) return null;
  return leveled(line, level);
};

function startsTime(code: number): boolean {
  return (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122);
}

function levelOfToken([token, bracket, word, priority]: RegExpExecArray): Level | null {
  if (priority !== undefined) return levelOfSyslog(Number(priority));
  if (word === undefined) return null;
  if (word.length === 1) return /^(?:[A-Z],|\[[A-Z]) /.test(token) ? levelOfLetter(word) : null;
  const level = levelOf(word);
  if (level === null || word === word.toUpperCase() || bracket !== undefined) return level;
  // `error: …` is a level, `Error: …` an exception, `error while …` a sentence.
  return word === word.toLowerCase() && isLevelWord(word) && /:\s*$/.test(token) ? level : null;
}

function timed(
  line: string,
  context: LineContext,
  found: {
    readonly at: number;
    readonly start: number;
    readonly time: { readonly ms: number; readonly end: number; readonly zoned: boolean };
    readonly level: Level | null;
  },
): Head {
  const { at, start, time, level } = found;
  const bracketed = start > at && /[[(<]/.test(line.slice(at, start));
  let rest = line.slice(time.end);
  const closing = CLOSING.exec(rest)![0];
  // `[12:00:00 ERR] …`: the bracket closes behind the level.
  if (bracketed && !/[\])>]/.test(closing)) rest = rest.replace(/^([^\][]{0,100})\]/, "$1");
  const text = rest.slice(CLOSING.exec(rest)![0].length);
  const own = findLevel(text, true, context.habit);
  const message = `${line.slice(0, at)}${text.replace(/^[\s|:-]+/, "")}`;
  const said = message.slice(at);
  const phrase = PHRASES.find(([pattern]) => pattern.test(said))?.[1];
  return {
    at: time.ms,
    zoned: time.zoned,
    level: level ?? phrase ?? own?.level ?? null,
    message,
    body: own === null || phrase !== undefined || own.start > 40
      ? text.replace(/^\s/, "")
      : text.slice(own.end).replace(/^[\])>|:,]{0,3}\s?/, ""),
  };
}

function leveled(line: string, level: Level): Head {
  const own = findLevel(line, true);
  const end = own?.end ?? 0;
  return {
    at: null,
    level,
    message: line,
    body: line.slice(end).replace(/^(?:\[\d{1,9}\])?[\])>|:,]{0,3}\s?/, ""),
  };
}
