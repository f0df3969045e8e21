import { readTime } from "../times/mod.ts";
import type { Unwrap } from "./wrapped.ts";

/** `shop-1  | …`, `shop_1 | …`, `shop.1.x7@node | …`, foreman's `web.1   | …`. */
const COMPOSE = /^([a-zA-Z][\w.-]{0,100}[-_.]\d{1,4}(?:\.\w{1,40})?(?:@[\w.-]{1,80})?) {0,40}\|(?: (.*))?$/s;
/** pm2: `0|shop  | …`. */
const PM2 = /^(\d{1,4}\|[\w.-]{1,60}) {0,40}\| ?(.*)$/s;
/** `kubectl logs --prefix`: `[pod/shop-5d9c7b8f6-x2v4k/shop] …`. */
const KUBECTL = /^\[(pod\/[\w./-]{1,200})\] ?(.*)$/s;
/** stern: `shop-5d9c7b8f6-x2v4k shop …`; Kubernetes makes names' ends of these letters only. */
const STERN =
  /^(?:› )?([a-z0-9][a-z0-9.-]{0,200}-[bcdfghjklmnpqrstvwxz2456789]{5}) (?:› )?([a-z0-9][a-z0-9-]{0,62}) (.*)$/s;
/** Cloud Foundry: `<time> [APP/PROC/WEB/0] ERR …`. */
const FOUNDRY = /^ \[([A-Z]{2,}(?:\/[\w-]{1,20}){0,4})\] {1,4}(OUT|ERR)(?: (.*))?$/s;
/** Fly: `<time> app[48ed7] ams [info] …`. */
const FLY = /^ (?:app|runner|proxy)\[(\w{1,40})\] ([a-z]{3}) \[\w{1,12}\] ?(.*)$/s;

/** PHP-FPM: `[22-Nov-2026 15:04:05] WARNING: [pool www] child 7 said into stderr: "…"`, each line by itself. */
const FPM =
  /^\] (?:WARNING|NOTICE): (\[pool [\w.-]{1,60}\] child \d{1,9})[^"]{0,10}(?:.{0,400}\)? )?said into std(?:err|out): "(.*?)"?(?:, pipe is closed)?$/s;

/** Names of containers, processes and pods that tools put in front of each line. */
export const names: Unwrap = (line, context) => {
  const named = COMPOSE.exec(line) ?? PM2.exec(line) ?? KUBECTL.exec(line);
  if (named) return { inner: named[2] ?? "", at: null, stream: named[1]! };
  const stern = STERN.exec(line);
  if (stern) return { inner: stern[3]!, at: null, stream: `${stern[1]} ${stern[2]}` };
  if (line.startsWith("[") && line.includes("said into std")) return fpm(line, context);
  if (!/^\d/.test(line)) return null;
  const time = readTime(line, context);
  if (time === null) return null;
  const rest = line.slice(time.end);
  const cloud = FOUNDRY.exec(rest) ?? FLY.exec(rest);
  if (cloud) return { inner: cloud[3] ?? "", at: time.ms, stream: `${cloud[1]} ${cloud[2]}` };
  const foreman = COMPOSE.exec(rest.slice(1));
  return foreman && { inner: foreman[2] ?? "", at: time.ms, stream: foreman[1]! };
};

const fpm: Unwrap = (line, context) => {
  const time = readTime(line, context, 1);
  const match = time && FPM.exec(line.slice(time.end));
  if (!match) return null;
  return { inner: match[2]!.replace(/^NOTICE: PHP message: /, ""), at: time.ms, stream: match[1]! };
};
