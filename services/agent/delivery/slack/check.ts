import { type Check, failed, ok, skipped } from "../check.ts";
import type { Outgoing } from "../outgoing.ts";
import { callSlack } from "./client.ts";
import { missingForReplies, missingForSlack, type SlackValues } from "./settings.ts";

/** Whether Slack knows the bot. */
export async function slackCheck(settings: SlackValues, outgoing: Outgoing): Promise<Check> {
  const name = "Slack";
  const missing = missingForSlack(settings);
  if (missing.length > 0) return skipped(name, missing);
  const account = { baseUrl: settings.slackBaseUrl, token: settings.slackBotToken! };
  const answer = await callSlack("auth.test", {}, { account, outgoing });
  if (!answer.ok) return failed(name, answer.result.reason);
  const { user, team } = answer.body;
  return ok(name, `posts as ${user} of ${team} to ${settings.slackChannel}, one thread for each incident`);
}

/** Whether Socket Mode can be opened; the address that Slack answers with is not used. */
export async function slackRepliesCheck(settings: SlackValues, outgoing: Outgoing): Promise<Check> {
  const name = "Slack replies";
  const missing = missingForReplies(settings);
  if (missing.length > 0) return skipped(name, missing);
  const account = { baseUrl: settings.slackBaseUrl, token: settings.slackAppToken! };
  const answer = await callSlack("apps.connections.open", {}, { account, outgoing });
  if (!answer.ok) return failed(name, `${answer.result.reason}; it is SLACK_APP_TOKEN that opens Socket Mode`);
  const { length } = settings.slackOperators;
  return ok(name, `Socket Mode can be opened; ${length} ${length === 1 ? "person" : "people"} may give orders`);
}
