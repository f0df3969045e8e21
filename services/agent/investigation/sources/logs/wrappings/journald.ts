import { parseJson } from "../../../../../lib/http/mod.ts";
import { levelOfSyslog } from "../levels.ts";
import type { Unwrap } from "./wrapped.ts";

/** `journalctl -o json`. */
export const journald: Unwrap = (line) => {
  if (!line.startsWith("{") || !line.includes('"MESSAGE"')) return null;
  let fields: Record<string, unknown>;
  try {
    fields = parseJson(line) as Record<string, unknown>;
  } catch {
    return null;
  }
  const text = textOf(fields.MESSAGE);
  const micros = Number(fields.__REALTIME_TIMESTAMP ?? fields._SOURCE_REALTIME_TIMESTAMP);
  if (text === null || !Number.isFinite(micros)) return null;
  const pid = Number(fields._PID ?? fields.SYSLOG_PID);
  const priority = fields.PRIORITY === undefined ? NaN : Number(fields.PRIORITY);
  return {
    inner: text,
    at: Math.round(micros / 1000),
    // What a service prints is priority 6 (or 3 for stderr in some setups), whatever it says: its own level goes first.
    level: Number.isInteger(priority) ? levelOfSyslog(priority) : null,
    stream: `${fields.SYSLOG_IDENTIFIER ?? fields._SYSTEMD_UNIT ?? ""} ${fields._PID ?? ""}`,
    ...(Number.isInteger(pid) ? { pid } : {}),
  };
};

/** A message that is not UTF-8, or holds control characters, is a list of bytes. */
function textOf(message: unknown): string | null {
  if (typeof message === "string") return message;
  if (!Array.isArray(message)) return null;
  if (message.every((byte) => typeof byte === "number")) {
    return new TextDecoder().decode(Uint8Array.from(message));
  }
  return message.every((part) => typeof part === "string") ? message.join("\n") : null;
}
