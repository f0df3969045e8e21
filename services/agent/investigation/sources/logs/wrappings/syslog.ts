import { levelOf, levelOfSyslog } from "../levels.ts";
import { readTime } from "../times/mod.ts";
import type { Unwrap, Wrapped } from "./wrapped.ts";

const PRIORITY = /^<(\d{1,3})>(?:1 )?/;
/** `host app[pid]: message`; one space belongs to the prefix, what follows is the message's own indentation. */
const SHORT = /^ ([\w.:@/-]{1,255}) ([\w./@()*+-]{1,100})(?:\[(\d{1,9}|[\w.-]{1,40})\])?:(?: (.*))?$/s;
/** `app[pid]: message`, without a host: Heroku's drains, journald without one. */
const APP = /^ ([\w./@-]{1,60})\[([\w./-]{1,60})\]:(?: (.*))?$/s;
/** RFC 5424 behind its time: host, app, process, message id, structured data, message. */
const LONG =
  /^ (\S{1,255}) (\S{1,100}) (\S{1,130}) (\S{1,32})(?: (-|(?:\[(?:[^\]\\]|\\.){0,2000}\]){1,20}))?(?: (.*))?$/s;
/** Control characters as rsyslog writes them. */
const ESCAPED = /#(?:012|011|015)/g;

/** syslog's lines (RFC 3164, RFC 5424, rsyslog's), and journald's short forms. */
export const syslog: Unwrap = (line, context) => {
  const priority = PRIORITY.exec(line);
  const start = priority?.[0].length ?? 0;
  const first = line.charCodeAt(start);
  // A letter (weekday, month) or a digit.
  if (!(first >= 48 && first <= 57) && !(first >= 65 && first <= 90)) return null;
  const time = readTime(line, context, start);
  if (time === null) return null;
  const rest = line.slice(time.end);
  const level = priority ? levelOfSyslog(Number(priority[1])) : null;
  const wrapped = (priority?.[0].endsWith("1 ") ? long(rest) : null) ?? short(rest, time.notation, context.near);
  return wrapped && { ...wrapped, at: time.ms, level };
};

function long(rest: string): Omit<Wrapped, "at"> | null {
  const match = LONG.exec(rest);
  if (!match) return null;
  return from({ host: match[1]!, app: match[2]!, pid: match[3]!, text: match[6] ?? "" });
}

function short(rest: string, notation: string, _near: number | undefined): Omit<Wrapped, "at"> | null {
  const match = SHORT.exec(rest);
  if (match) {
    const [, host, app, pid, text] = match;
    // Loggers' own lines look alike: `… ERROR shop: price failed`. With an ISO time only a process id tells.
    const named = notation.startsWith("month-name day");
    if (levelOf(host!) === null && levelOf(app!) === null && (named || pid !== undefined)) {
      return from({ host: host!, app: app!, pid: pid ?? "", text: text ?? "" });
    }
  }
  const bare = APP.exec(rest);
  return bare === null || levelOf(bare[1]!) !== null
    ? null
    : from({ host: "", app: bare[1]!, pid: bare[2]!, text: bare[3] ?? "" });
}

function from(parts: { host: string; app: string; pid: string; text: string }): Omit<Wrapped, "at"> {
  const { host, app, pid, text } = parts;
  const inner = text.includes("#01")
    ? text.replaceAll(ESCAPED, (code) => code === "#012" ? "\n" : code === "#011" ? "\t" : "")
    : text;
  return {
    inner,
    stream: `${host} ${app} ${pid}`,
    ...(/^\d{1,9}$/.test(pid) ? { pid: Number(pid) } : {}),
  };
}
