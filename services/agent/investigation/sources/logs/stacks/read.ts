import { parseFrames } from "./legacy.ts";
import type { Stack } from "./types.ts";

/** The stack trace in the text of one log entry; null when there is none. */
export function readStack(text: string): Stack | null {
  const frames = parseFrames(text).map((frame) => ({ ...frame, library: false }));
  if (frames.length === 0) return null;
  return {
    language: "unknown",
    chain: [{ type: null, message: "", frames }],
    headline: null,
    frames,
    place: frames[0]!,
  };
}
