import { readTime } from "../times/mod.ts";
import type { Reader } from "./head.ts";
import { statusIn } from "./status.ts";

/** What stands before the time: client, identity, user, perhaps the virtual host. */
const BEFORE = /^(?:\S{1,255} ){1,4}\[/;

/** Access logs: Apache's and nginx's common and combined form, HAProxy's. */
export const access: Reader = (line, context) => {
  const before = BEFORE.exec(line);
  if (!before) return null;
  const time = readTime(line, context, before[0].length);
  if (time === null || line[time.end] !== "]" || time.notation !== "day month-name year") return null;
  const status = statusIn(line) ?? haproxy(line.slice(time.end));
  return { at: time.ms, zoned: time.zoned, level: null, message: line, body: line, status };
};

/** `] frontend backend/server 0/0/0/12/12 500 …`. */
function haproxy(rest: string): number | undefined {
  const match = /^\] \S{1,100} \S{1,200} [\d/+-]{5,60} ([1-5]\d\d) /.exec(rest);
  return match ? Number(match[1]) : undefined;
}
