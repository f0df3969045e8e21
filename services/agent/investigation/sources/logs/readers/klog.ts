import { levelOfLetter } from "../levels.ts";
import { readTime } from "../times/mod.ts";
import type { Reader } from "./head.ts";

/** `E1122 15:04:05.123456  7 price.go:38] …`, also with the year (`E20261122 …`). */
const KLOG =
  /^([IWEF])((?:\d{4})?\d{4}) (\d\d:\d\d:\d\d\.\d{1,9})\s{1,8}(\d{1,10}) ([^\s:\]]{1,200}):(\d{1,7})\] ?(.*)$/s;

/** glog, and what Kubernetes makes of it. */
export const klog: Reader = (line, context) => {
  const match = KLOG.exec(line);
  if (!match) return null;
  const [, letter, day, clock, pid, file, at, message] = match;
  const digits = day!.length === 8
    ? `${day!.slice(0, 4)}-${day!.slice(4, 6)}-${day!.slice(6)}`
    : `${day!.slice(0, 2)}-${day!.slice(2)}`;
  const time = readTime(`${digits} ${clock}`, context);
  return {
    at: time?.ms ?? null,
    level: levelOfLetter(letter!),
    message: message!,
    body: message!,
    pid: Number(pid),
    caller: { file: file!, line: Number(at), function: null },
  };
};
