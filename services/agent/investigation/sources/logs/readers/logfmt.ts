import { fieldsHead } from "./fields.ts";
import type { Reader } from "./head.ts";

const PAIR = /\s{0,4}([A-Za-z_@][\w.@/-]{0,80})=(?:"((?:[^"\\]|\\.)*)"?|(\S*))/sy;
const MOST_PAIRS = 100;
/** What one of the pairs must be called, so that it is a log entry and not a line of `key=value` within a message. */
const TELLING = new Set([
  "level",
  "lvl",
  "severity",
  "at",
  "msg",
  "message",
  "time",
  "ts",
  "timestamp",
  "t",
  "error",
  "err",
]);

/** logfmt: logrus, slog's text, go-kit, Heroku's router. */
export const logfmt: Reader = (line, context) => {
  const pairs = pairsOf(line);
  if (pairs === null || pairs.count < 2 || !pairs.telling) return null;
  const { at, ...fields } = pairs.fields;
  if (fields.level === undefined && typeof at === "string" && /^(?:error|warning|info|debug)$/.test(at)) {
    return fieldsHead({ ...fields, level: at, msg: fields.msg ?? line }, context);
  }
  const named = fields.msg ?? fields.message ?? fields.error ?? fields.err;
  return fieldsHead(named === undefined ? { ...pairs.fields, msg: line } : pairs.fields, context);
};

/** The pairs of a line that consists of them; null when something else stands in front. */
export function pairsOf(line: string): { fields: Record<string, string>; count: number; telling: boolean } | null {
  const fields: Record<string, string> = {};
  let count = 0;
  let telling = false;
  PAIR.lastIndex = 0;
  while (count < MOST_PAIRS) {
    const match = PAIR.exec(line);
    if (match === null) break;
    const [, key, quoted, bare] = match;
    fields[key!] = quoted === undefined ? bare! : unescaped(quoted);
    telling ||= TELLING.has(key!.toLowerCase());
    count++;
    const next = PAIR.lastIndex;
    if (next >= line.length) break;
    PAIR.lastIndex = next;
  }
  return count === 0 ? null : { fields, count, telling };
}

function unescaped(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replaceAll(/\\(.)/gs, (_, sign: string) => ({ n: "\n", t: "\t", r: "" })[sign] ?? sign);
}
