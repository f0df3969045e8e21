import { parseJson } from "../../../../../lib/http/mod.ts";
import type { Json } from "./json.ts";

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: Json;
}

/** One object is never longer; a stream that sends more without a line's end is no watch. */
const LONGEST_LINE = 4 * 2 ** 20;

/** The events of a watch's stream, one JSON text a line; what is not one is left out. */
export async function* eventsIn(body: ReadableStream<Uint8Array> | null): AsyncGenerator<WatchEvent> {
  if (body === null) return;
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST_LINE) throw new Error("a watch's line is too long");
    for (const line of lines) {
      const event = eventOf(line);
      if (event !== undefined) yield event;
    }
  }
  const last = eventOf(rest);
  if (last !== undefined) yield last;
}

function eventOf(line: string): WatchEvent | undefined {
  if (line.trim() === "") return undefined;
  try {
    const value = parseJson(line) as WatchEvent;
    return typeof value?.type === "string" && typeof value.object === "object" && value.object !== null
      ? value
      : undefined;
  } catch {
    return undefined;
  }
}
