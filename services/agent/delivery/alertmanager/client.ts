import { jsonOf, type Outgoing, request } from "../outgoing.ts";
import { isTransient, type Refusal } from "../refusal.ts";

/** A condition on one label. */
export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
  readonly isEqual: boolean;
}

/** A silence as Alertmanager lists it. */
export interface Silence {
  readonly id: string;
  readonly status: { readonly state: "active" | "pending" | "expired" };
  readonly matchers: readonly Matcher[];
  readonly startsAt: string;
  readonly endsAt: string;
  readonly createdBy: string;
  readonly comment: string;
}

/** What came of a call. */
export type Called<T> =
  | { readonly ok: true; readonly value: T }
  | ({ readonly ok: false } & Refusal);

/** Alertmanager's API v2, cut to silences and what says that it is there. */
export class AlertmanagerClient {
  readonly #baseUrl: string;
  readonly #outgoing: Outgoing;

  constructor(baseUrl: string, outgoing: Outgoing) {
    this.#baseUrl = baseUrl;
    this.#outgoing = outgoing;
  }

  silences(): Promise<Called<Silence[]>> {
    return this.#call("GET", "/silences");
  }

  silence(wanted: Omit<Silence, "id" | "status">): Promise<Called<{ silenceID: string }>> {
    return this.#call("POST", "/silences", wanted);
  }

  expire(id: string): Promise<Called<unknown>> {
    return this.#call("DELETE", `/silence/${encodeURIComponent(id)}`);
  }

  status(): Promise<Called<{ config?: { original?: string }; versionInfo?: { version?: string } }>> {
    return this.#call("GET", "/status");
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<Called<T>> {
    const init: Parameters<typeof request>[1] = { method, headers: { accept: "application/json" } };
    if (body !== undefined) {
      init.body = JSON.stringify(body);
      init.headers = { ...init.headers, "content-type": "application/json" };
    }
    const answer = await request(`${this.#baseUrl}/api/v2${path}`, init, this.#outgoing);
    if (answer.kind === "silence") {
      const reason = `Alertmanager does not answer: ${answer.reason}`;
      return { ok: false, reason, transient: true, maybeDone: answer.reached };
    }
    if (answer.status >= 200 && answer.status <= 299) {
      const value = answer.body.trim() === "" ? undefined : jsonOf(answer.body);
      if (value !== undefined || method === "DELETE") return { ok: true, value: value as T };
    }
    const said = answer.body.trim().replace(/^"|"$/g, "").slice(0, 300);
    const reason = `Alertmanager answered ${answer.status}${said === "" ? "" : `: ${said}`}`;
    const transient = isTransient(answer.status);
    const after = answer.retryAfterMs === undefined ? {} : { afterMs: answer.retryAfterMs };
    return { ok: false, reason, transient, maybeDone: answer.status >= 500, ...after };
  }
}
