import { type Check, jsonOf, type Outgoing, request } from "../delivery/mod.ts";

/** An answer, or why there is none that can be used. */
export interface Got {
  readonly status?: number;
  readonly body?: unknown;
  /** Undefined when it answered 2xx. */
  readonly problem?: string;
}

/** GETs JSON. */
export async function get(
  url: string,
  outgoing: Outgoing,
  headers: Record<string, string | undefined> = {},
): Promise<Got> {
  const given = Object.entries({ accept: "application/json", ...headers }).filter(([, value]) => value !== undefined);
  const answer = await request(url, { headers: given as [string, string][] }, outgoing);
  if (answer.kind === "silence") return { problem: `no answer: ${answer.reason}` };
  const { status } = answer;
  const body = jsonOf(answer.body);
  return status >= 200 && status < 300 ? { status, body } : { status, body, problem: `it answered ${status}` };
}

/** Value of the header `Authorization`. */
export function bearer(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `Bearer ${token}`;
}

/** A passed check. */
export function ok(name: string, text: string): Check {
  return { name, state: "ok", text };
}

/** A skipped check, and why. */
export function skipped(name: string, text: string): Check {
  return { name, state: "skipped", text };
}

/** A failed check, and how to fix it. */
export function failed(name: string, text: string): Check {
  return { name, state: "failed", text };
}
