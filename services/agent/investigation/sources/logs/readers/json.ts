import { parseJson } from "../../../../../lib/http/mod.ts";
import { LONGEST_JSON } from "../text.ts";
import { fieldsHead } from "./fields.ts";
import type { Head, LineContext, Reader } from "./head.ts";

/** Fields under which services hand over many entries in one line. */
const LISTS = ["records", "logEvents", "events", "logs"];
const MOST_RECORDS = 500;

/** JSON of any logger, one entry a line, by its fields' names. */
export const json: Reader = (line, context) => {
  const fields = jsonOf(line);
  return fields === null ? null : fieldsHead(fields, context);
};

/** The fields of a line that is a JSON object; null for others. */
export function jsonOf(line: string): Record<string, unknown> | null {
  const text = line.trim();
  if (!text.startsWith("{") || text.length > LONGEST_JSON) return null;
  if (!text.endsWith("}")) return cutJson(text);
  try {
    const fields = parseJson(text);
    return typeof fields === "object" && fields !== null && !Array.isArray(fields)
      ? fields as Record<string, unknown>
      : null;
  } catch {
    return cutJson(text);
  }
}

const FIELD = /"([\w@.-]{1,60})"\s{0,3}:\s{0,3}(?:"((?:[^"\\]|\\.){0,8000})"?|(-?\d{1,20}(?:\.\d{1,9})?))/gs;

/** What can be read of an object that was cut off, or is not quite JSON: its texts and numbers. */
function cutJson(text: string): Record<string, unknown> | null {
  const fields: Record<string, unknown> = {};
  let count = 0;
  for (const match of text.slice(0, 64_000).matchAll(FIELD)) {
    const [, key, quoted, number] = match;
    fields[key!] ??= quoted === undefined ? Number(number) : unquoted(quoted);
    if (++count >= 100) break;
  }
  return count >= 2 ? fields as Record<string, unknown> : null;
}

function unquoted(text: string): string {
  try {
    return JSON.parse(`"${text}"`);
  } catch {
    return text;
  }
}

/** The entries of a line that holds many: OpenTelemetry's, Azure's and CloudWatch's envelopes; null for other lines. */
export function recordsOf(line: string, context: LineContext): Head[] | null {
  if (!/^\{\s{0,3}"(?:resourceLogs|records|logEvents|events|logs|messageType|owner)"/.test(line)) return null;
  const fields = jsonOf(line);
  if (fields === null) return null;
  const list = openTelemetry(fields) ?? LISTS.map((name) => fields[name]).find(Array.isArray);
  if (!Array.isArray(list)) return null;
  return list.slice(0, MOST_RECORDS).filter((one) => typeof one === "object" && one !== null)
    .map((one) => fieldsHead(one, context)).filter((head) => head !== null);
}

function openTelemetry(fields: Record<string, unknown>): unknown[] | null {
  const resources = fields.resourceLogs;
  if (!Array.isArray(resources)) return null;
  return resources.flatMap((one) => one?.scopeLogs ?? one?.instrumentationLibraryLogs ?? []).flatMap((one) =>
    one?.logRecords ?? []
  );
}
