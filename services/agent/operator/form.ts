import { isDeep } from "../../lib/http/mod.ts";
import { parseMessage } from "./parser/mod.ts";

/**
 * What a person said or tapped: the text, else the caption or payload of a button or list row. Where several are there, the
 * first that is understood counts: a button may read "I'm on it!" and carry `ack`.
 */
export function textOf(form: URLSearchParams): string {
  const body = form.get("Body") ?? "";
  const tapped = ["ButtonText", "ListTitle", "ButtonPayload", "ListId"].flatMap((name) => form.get(name) ?? []);
  const candidates = [body, ...tapped, ...tapped.map(spelledOut), ...interactive(form.get("InteractiveData"))]
    .filter((text) => text.trim() !== "");
  return candidates.find((text) => parseMessage(text, new Date(0)).intents.length > 0) ?? candidates[0] ?? "";
}

/** A payload as programs write it (`silence_30m`, `ack:K7QF`, `{"action":"ack"}`) in words. */
function spelledOut(payload: string): string {
  const action = fieldOf(payload, ["action", "command", "payload", "id", "text", "title"]);
  return (action ?? payload).slice(0, 400).replaceAll(/[_:|/+-]+/g, " ").trim();
}

/** The row or button of an interactive message's JSON. */
function interactive(data: string | null): string[] {
  if (data === null) return [];
  return ["button_reply", "list_reply"].flatMap((part) => {
    const reply = fieldOf(data, [part], true);
    return reply === undefined
      ? []
      : ["title", "id"].flatMap((name) => fieldOf(reply, [name]) ?? []).flatMap((text) => [text, spelledOut(text)]);
  });
}

function fieldOf(json: string, names: readonly string[], nested = false): string | undefined {
  let value: unknown;
  if (isDeep(json)) return undefined;
  try {
    value = JSON.parse(json);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (const name of names) {
    const found = (value as Record<string, unknown>)[name];
    if (typeof found === "string") return found;
    if (nested && typeof found === "object" && found !== null) return JSON.stringify(found);
  }
  return undefined;
}
