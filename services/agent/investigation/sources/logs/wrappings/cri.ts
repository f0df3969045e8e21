import { readTime } from "../times/mod.ts";
import type { Unwrap } from "./wrapped.ts";

const REST = /^ (stdout|stderr) ([FP])(?::[\w:]{0,20})?(?: (.*))?$/s;

/** The container runtime's file below `/var/log/pods`: `<time> stderr F <line>`; P is a part that the next one goes on with. */
export const cri: Unwrap = (line, context) => {
  if (!/^\d{4}-/.test(line)) return null;
  const time = readTime(line, context);
  const match = time && REST.exec(line.slice(time.end));
  if (!match) return null;
  return { inner: match[3] ?? "", at: time.ms, stream: match[1]!, partial: match[2] === "P" };
};
