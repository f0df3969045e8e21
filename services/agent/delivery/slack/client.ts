import type { SendResult } from "../channel.ts";
import { failureOf } from "../answered.ts";
import { type Answer, jsonOf, type Outgoing, request } from "../outgoing.ts";

/** Where Slack is and who we are there. */
export interface SlackAccount {
  /** Base URL without a trailing slash, e.g. `https://slack.com`. */
  readonly baseUrl: string;
  readonly token: string;
}

/** What Slack answered: a body with `ok: true`, or what is to be made of anything else. */
export type SlackAnswer =
  | { readonly ok: true; readonly body: Readonly<Record<string, unknown>> }
  /** `error` is Slack's own word; undefined where it gave none. */
  | {
    readonly ok: false;
    readonly error: string | undefined;
    readonly result: SendResult & { readonly reason: string };
  };

/** Slack's errors after which another attempt may succeed; in the first the message may have been posted. */
const UNSURE = new Set(["internal_error", "fatal_error", "request_timeout"]);
const TRANSIENT = new Set(["ratelimited", "rate_limited", "service_unavailable", "team_added_to_org"]);

const HINTS: Readonly<Record<string, string>> = {
  not_in_channel: "invite the app to the channel: /invite @its-name",
  channel_not_found: "check SLACK_CHANNEL; into a private channel the app must be invited",
  is_archived: "the channel is archived: set SLACK_CHANNEL to another one",
  invalid_auth: "check SLACK_BOT_TOKEN",
  not_authed: "check SLACK_BOT_TOKEN",
  account_inactive: "the app was removed: install it again and set SLACK_BOT_TOKEN",
  token_revoked: "install the app again and set SLACK_BOT_TOKEN",
  token_expired: "install the app again and set SLACK_BOT_TOKEN",
  not_allowed_token_type: "SLACK_BOT_TOKEN begins with xoxb-, SLACK_APP_TOKEN with xapp-",
  missing_scope: "add the scope to the app and install it again",
};

/** Calls a method of Slack's Web API with a JSON body. */
export async function callSlack(
  method: string,
  body: Readonly<Record<string, unknown>>,
  { account, outgoing }: { readonly account: SlackAccount; readonly outgoing: Outgoing },
): Promise<SlackAnswer> {
  const headers = {
    authorization: `Bearer ${account.token}`,
    "content-type": "application/json; charset=utf-8",
  };
  const init = { method: "POST", headers, body: JSON.stringify(body) };
  return read(await request(`${account.baseUrl}/api/${method}`, init, outgoing));
}

function read(answer: Answer): SlackAnswer {
  const body = answer.kind === "answer" ? jsonOf(answer.body) as Record<string, unknown> | undefined : undefined;
  const error = typeof body?.error === "string" ? body.error : undefined;
  const failure = failureOf(answer, "Slack", error);
  if (failure !== undefined) return { ok: false, error, result: failure as SendResult & { reason: string } };
  if (body?.ok === true) return { ok: true, body };
  if (error === undefined) {
    // 2xx without what Slack says: somebody between answered.
    const reason = "Slack's answer cannot be read";
    return { ok: false, error, result: { outcome: "retryable", reason, maybeSent: true } };
  }
  const needed = typeof body?.needed === "string" ? ` (${body.needed.slice(0, 100)})` : "";
  const hint = HINTS[error] === undefined ? "" : `: ${HINTS[error]}`;
  const reason = `Slack says ${error.slice(0, 100)}${needed}${hint}`;
  if (UNSURE.has(error)) return { ok: false, error, result: { outcome: "retryable", reason, maybeSent: true } };
  if (!TRANSIENT.has(error)) return { ok: false, error, result: { outcome: "permanent", reason } };
  const after = answer.kind === "answer" && answer.retryAfterMs !== undefined ? { afterMs: answer.retryAfterMs } : {};
  return { ok: false, error, result: { outcome: "retryable", reason, ...after } };
}
