import { ApiError, isDeep, MOST_NESTED } from "../../../lib/http/mod.ts";
import { redact } from "../../incidents/mod.ts";
import { plainText } from "./text.ts";

const SHOWN = 160;

/**
 * The JSON value of a body, in the wrappings in which senders put it: with a byte order mark, as a form's field
 * `payload`, as JSON inside a JSON text, or several values, one a line.
 *
 * @throws {ApiError} 400 `invalid_json` that quotes what could be read.
 */
export function readJson(body: string): unknown {
  const text = body.replaceAll("\u0000", "").trim();
  let value = parsed(text) ?? formField(text) ?? lines(text);
  if (value === undefined) throw notJson(text);
  for (let depth = 0; depth < 2 && typeof value.json === "string"; depth++) {
    const inner = parsed(value.json.trim());
    if (inner === undefined) break;
    value = inner;
  }
  return value.json;
}

/** The value in a box, because it may be null; undefined when it is no JSON. @throws {ApiError} 400 when it is too deep. */
function parsed(text: string): { json: unknown } | undefined {
  if (isDeep(text)) {
    throw new ApiError(400, "invalid_json", `The body is nested too deep: at most ${MOST_NESTED} levels are read.`);
  }
  try {
    return { json: JSON.parse(text) };
  } catch {
    return undefined;
  }
}

function formField(text: string): { json: unknown } | undefined {
  if (!/^[\w.-]{1,40}=/.test(text)) return undefined;
  const form = new URLSearchParams(text);
  for (const name of ["payload", "data", "json", "body"]) {
    const value = form.get(name);
    const inner = value === null ? undefined : parsed(value);
    if (inner !== undefined) return inner;
  }
  // A plain form: its fields are the values.
  return form.size > 1 ? { json: Object.fromEntries(form) } : undefined;
}

function lines(text: string): { json: unknown } | undefined {
  const all = text.split("\n").filter((line) => line.trim() !== "");
  if (all.length < 2 || !all[0]!.startsWith("{")) return undefined;
  const values = all.map((line) => parsed(line)?.json);
  return values.every((value) => value !== undefined) ? { json: values } : undefined;
}

function notJson(text: string): ApiError {
  if (text === "") return new ApiError(400, "invalid_json", "The body is empty: send the alert as JSON.");
  const shown = redact(plainText(text.slice(0, SHOWN))).replaceAll(/\s+/g, " ");
  return new ApiError(
    400,
    "invalid_json",
    `The body is not JSON: send the alert as a JSON object. It begins with: ${shown}${text.length > SHOWN ? "…" : ""}`,
  );
}
