/** What collectors put around the lines of programs. */
import type { LineContext } from "../readers/mod.ts";
import { collectors } from "./collectors.ts";
import { cri } from "./cri.ts";
import { docker } from "./docker.ts";
import { journald } from "./journald.ts";
import { names } from "./names.ts";
import { syslog } from "./syslog.ts";
import type { Unwrap, Wrapped } from "./wrapped.ts";

export type { Wrapped } from "./wrapped.ts";

/** Each is tried on the line's shape, the most telling first. */
const WRAPPINGS: readonly Unwrap[] = [docker, journald, collectors, cri, names, syslog];
/** A collector's line is often collected again: a container's by compose, then by syslog. */
const MOST_LAYERS = 3;

/** The program's own line and what its collectors tell of it; null when nothing is around it. */
export function unwrap(line: string, context: LineContext): Wrapped | null {
  let found: Wrapped | null = null;
  for (let layer = 0; layer < MOST_LAYERS; layer++) {
    const text: string = found?.inner ?? line;
    const next = firstOf(text, context);
    if (next === null) break;
    found = found === null ? next : {
      ...next,
      at: next.at ?? found.at,
      level: next.level ?? found.level ?? null,
      stream: `${found.stream}|${next.stream}`,
      pid: next.pid ?? found.pid,
      partial: next.partial || found.partial || false,
    };
  }
  return found;
}

function firstOf(text: string, context: LineContext): Wrapped | null {
  for (const wrapping of WRAPPINGS) {
    const found = wrapping(text, context);
    if (found !== null) return found;
  }
  return null;
}
