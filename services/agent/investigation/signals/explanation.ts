import type { Shape } from "../sources/mod.ts";
import type { Situation } from "../tools/mod.ts";

/** Why log entries may explain a trouble; many of them is no reason. */
export type Reason = "level" | "trace" | "configured" | "status" | "spoken";

const LEVELS = /^(ERR(OR|O)?|FATAL|FATA?L?|CRIT(ICAL)?|SEVERE|ALERT|EMERG(ENCY)?|PANIC|DPANIC)$/i;
/** Levels at which a program says that all is as it should be. */
const CALM = /^(TRACE|DEBUG|INFO|NOTICE)$/i;
/** An answer of the 500s in an access log's line or a field. */
const STATUS = /(?:HTTP\/[\d.]{1,3}"? |\b(?:status|code|http)(?:_?code)?["']?[=: ]{1,3})5\d\d\b/i;
/** An error that a message speaks of, with something to say. */
const SPOKEN =
  /(?:^|[^\w])(?:\w{0,60}(?:Error|Exception)|error|exception|fatal|panic|failed|failure)(?: \w{1,30})?: {0,3}(?!(?:0|no|none|null|nil|false|off|ok|n\/a|-|\[\]|\{\}|"")(?:[\s,;.]|$))\S/i;
/** Most of a message that is read. */
const LOOKED = 500;

/** What a server says when the client that it answers has gone away: that client's trouble, or its impatience. */
const CLIENT_GONE =
  /\b(?:BrokenPipeError|ClientAbortException|AsyncRequestNotUsableException|EPIPE|ERR_STREAM_PREMATURE_CLOSE|ConnectionResetError)\b|broken pipe|client (?:has )?(?:disconnected|closed|aborted|gone away|went away)|context canceled/i;

/** What makes a kind of entry an explanation; null when nothing does. */
export function reasonOf(shape: Shape, { service }: Pick<Situation, "service">): Reason | null {
  if (shape.failure === undefined && CLIENT_GONE.test((shape.headline ?? shape.message).slice(0, LOOKED))) return null;
  if (shape.frames.length > 0) return "trace";
  if (LEVELS.test(shape.level)) return "level";
  const logs = service?.logs;
  if (logs !== undefined && "errors" in logs && logs.errors !== undefined) return "configured";
  // Databases log their slow statements at a calm level.
  if (CALM.test(shape.level) && shape.failure?.way !== "slow_query") return null;
  if (shape.failure !== undefined) return "spoken";
  const message = shape.message.slice(0, LOOKED);
  if (STATUS.test(message)) return "status";
  return SPOKEN.test(message) ? "spoken" : null;
}

/**
 * The most frequent shape that has a reason to be one; one with a place in the repository is preferred when it explains
 * a fair part. What fails now is explained by what has been logged since `lately` (milliseconds; NaN: by anything),
 * where there is something.
 */
export function explainingShape(shapes: readonly Shape[], lately: number): Shape | undefined {
  const fresh = shapes.filter((shape) => shape.last !== null && Date.parse(shape.last) >= lately);
  const candidates = fresh.length > 0 ? fresh : shapes;
  const total = candidates.reduce((sum, shape) => sum + shape.count, 0);
  // A call that failed explains what a line of code that made it does not.
  const failed = candidates.find(({ failure }) => failure !== undefined);
  const failures = candidates.reduce((sum, { failure, count }) => sum + (failure === undefined ? 0 : count), 0);
  if (failed !== undefined && failures * 2 >= total) return failed;
  const located = candidates.find((shape) => shape.frames.some((frame) => frame.in_repository));
  return located !== undefined && (located.count >= total / 4 || located === candidates[0]) ? located : candidates[0];
}
