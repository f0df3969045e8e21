import type { InstanceEvent } from "../clients.ts";

/** One change as its source tells it. */
export interface Change {
  readonly at: string;
  readonly text: string;
  /** `deployment` unless it is something else. */
  readonly kind?: string;
}

/** A place where changes are told of. */
export type Changes = (signal: AbortSignal) => Promise<Change[]>;

const LONGEST = 300;

/** Changes as events: those without a time are left out, texts are one line and cut. */
export function eventsOf(changes: readonly Change[]): InstanceEvent[] {
  return changes.flatMap(({ at, text, kind = "deployment" }) => {
    const time = Date.parse(at);
    if (!Number.isFinite(time)) return [];
    // deno-lint-ignore no-control-regex
    const line = text.slice(0, 2_000).replaceAll(/[\s\u0000-\u001f\u007f]+/g, " ").trim();
    return [{
      at: new Date(time).toISOString(),
      kind,
      text: line.length > LONGEST ? `${line.slice(0, LONGEST)}…` : line,
    }];
  });
}

/** The first characters of a commit. */
export function short(sha: unknown): string {
  return typeof sha === "string" ? sha.replace(/^sha(?:1|256):/, "").slice(0, 10) : "";
}
