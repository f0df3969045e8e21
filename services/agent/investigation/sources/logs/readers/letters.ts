import { levelOf, levelOfLetter } from "../levels.ts";
import { readTime } from "../times/mod.ts";
import type { Reader } from "./head.ts";

/** Redis: `7:M 22 Nov 2026 15:04:05.123 # …`; the signs are its levels. */
const REDIS = /^\d{1,9}:[A-Z] /;
/** logcat: `11-22 15:04:05.123  7  8 E Tag: …`; its short form `E/Tag( 7): …`. */
const LOGCAT = /^\s{1,5}\d{1,6}\s{1,5}\d{1,6} ([VDIWEF]) ([^:]{1,80}): ?(.*)$/s;
const LOGCAT_BRIEF = /^([VDIWEF])\/([^(:]{1,80})(?:\( {0,6}\d{1,6}\))?: ?(.*)$/s;
/** logrus on a terminal, charm: `ERRO[0042] …`. */
const ELAPSED = /^([A-Z]{4})\[\d{4,9}\] ?(.*)$/s;
/** Erlang: `=ERROR REPORT==== 22-Nov-2026::15:04:05 ===`. */
const ERLANG = /^=([A-Z]{4,8}) REPORT==== /;
const SIGNS = { "#": "WARN", "*": "NOTICE", "-": "INFO", ".": "DEBUG" } as const;

/** Programs whose levels are signs or letters at a place of their own. */
export const letters: Reader = (line, context) => {
  const redis = REDIS.exec(line);
  if (redis) {
    const time = readTime(line, context, redis[0].length);
    const sign = time && /^ ([#*.-]) (.*)$/s.exec(line.slice(time.end));
    if (!time || !sign) return null;
    return { at: time.ms, level: SIGNS[sign[1] as keyof typeof SIGNS], message: sign[2]!, body: sign[2]! };
  }
  const brief = LOGCAT_BRIEF.exec(line);
  if (brief) {
    return { at: null, level: levelOfLetter(brief[1]!), message: `${brief[2]}: ${brief[3]}`, body: brief[3]! };
  }
  const elapsed = ELAPSED.exec(line);
  if (elapsed && levelOf(elapsed[1]!) !== null) {
    return { at: null, level: levelOf(elapsed[1]!), message: elapsed[2]!, body: elapsed[2]! };
  }
  const erlang = ERLANG.exec(line);
  if (erlang) {
    const time = readTime(line, context, erlang[0].length);
    return { at: time?.ms ?? null, level: levelOf(erlang[1]!), message: line, body: line };
  }
  if (!/^\d\d-\d\d /.test(line)) return null;
  const time = readTime(line, context);
  const logcat = time && LOGCAT.exec(line.slice(time.end));
  return logcat
    ? { at: time.ms, level: levelOfLetter(logcat[1]!), message: `${logcat[2]}: ${logcat[3]}`, body: logcat[3]! }
    : null;
};
