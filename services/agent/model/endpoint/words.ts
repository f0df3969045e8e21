import { parseJson } from "../../../lib/http/mod.ts";
import { redact } from "../../incidents/mod.ts";

const LONGEST = 240;
const LONGEST_READ = 16_000;

/** What an endpoint says of itself where it refuses. */
export interface Said {
  /** In its own words; empty when it says nothing. */
  readonly message: string;
  /** The parameter that it names. */
  readonly param: string;
  readonly code: string;
  readonly type: string;
}

/**
 * What an endpoint's error says, in whatever form it comes: `{error: {message}}`, `{error: "…"}`, `{object: "error"}`,
 * `{detail}`, a list of one, JSON within JSON, plain text, a web page.
 */
export function saidBy(text: string): Said {
  const start = text.slice(0, LONGEST_READ).trim();
  let body: unknown;
  try {
    body = parseJson(text.length > LONGEST_READ ? "" : start);
  } catch {
    const plain = /^<|<html/i.test(start) ? ofPage(start) : start;
    return { message: plain, param: "", code: "", type: "" };
  }
  return ofJson(body);
}

function ofJson(body: unknown, depth = 0): Said {
  const nothing = { message: "", param: "", code: "", type: "" };
  if (depth > 4 || body === null || body === undefined) return nothing;
  if (typeof body === "string") return { ...nothing, message: body };
  if (Array.isArray(body)) {
    const all = body.slice(0, 4).map((one) => ofJson(one, depth + 1));
    return { ...(all[0] ?? nothing), message: all.map((one) => one.message).filter(Boolean).join("; ") };
  }
  if (typeof body !== "object") return { ...nothing, message: String(body) };
  const { error, errors, detail, message, msg, loc, param, code, type, status, metadata } = body as Record<
    string,
    unknown
  >;
  for (const inner of [error, detail, errors]) {
    const found = inner === undefined ? nothing : ofJson(inner, depth + 1);
    if (found.message !== "") {
      return { ...found, code: found.code || word(code), type: found.type || word(type) };
    }
  }
  const where = Array.isArray(loc) ? loc.map(String).join(".") : "";
  const raw = (metadata as { raw?: unknown } | undefined)?.raw;
  const text = typeof (message ?? msg) === "string" ? String(message ?? msg) : ofJson(message, depth + 1).message;
  return {
    message: [where, text, typeof raw === "string" ? raw : ""].filter(Boolean).join(": "),
    param: word(param) || where,
    code: word(code),
    type: word(type) || word(status),
  };
}

function word(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, 100) : "";
}

/** The title of a web page and its first words. */
function ofPage(html: string): string {
  const title = /<title[^>]{0,200}>([^<]{1,200})/i.exec(html)?.[1] ?? "";
  const text = html.replaceAll(/<(script|style)\b[^>]*>[^<]*<\/\1>/gi, " ").replaceAll(/<[^<>]{0,500}>/g, " ");
  return `a web page: ${title || text}`;
}

/** An endpoint's text, fit to show: quoted, on one line, bounded, without secrets and links. */
export function quoted(message: string, apiKey: string | undefined): string {
  let plain = message.slice(0, LONGEST_READ);
  // What is shorter is no secret, and would be found in the middle of words.
  if (apiKey !== undefined && apiKey.length >= 8) plain = plain.replaceAll(apiKey, "[redacted key]");
  plain = redact(plain).replaceAll(/https?:\/\/[^\s"'<>)\]]+/gi, "[link]")
    // deno-lint-ignore no-control-regex
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069\s]+/g, " ").trim();
  if (plain === "") return "";
  return `“${plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain}”`;
}
