import { secret, url, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching } from "../../connections/mod.ts";
import { anySet, unset } from "../integration.ts";
import { consoleUrl } from "../links.ts";
import { peopleSetting } from "../people.ts";

/** Settings of Slack. */
export const slackSettings = {
  slackBotToken: secret({ env: "SLACK_BOT_TOKEN", help: "bot token of the Slack app, xoxb-…" }),
  slackAppToken: secret({ env: "SLACK_APP_TOKEN", help: "app-level token for Socket Mode, xapp-…, for answers" }),
  slackChannel: matching(
    { env: "SLACK_CHANNEL", help: "id of the Slack channel that is paged, C…" },
    /^[CGDUW][A-Z0-9]{2,30}$/,
    "expected a channel's id, e.g. C0123456789",
  ),
  slackOperators: peopleSetting(
    { env: "SLACK_OPERATORS", help: "who may give orders in Slack: member ids and names, U0123=anna,U0456=ravi" },
    /^[UW][A-Z0-9]{2,30}$/,
    "member ids with names, e.g. U0123456789=anna",
  ),
  slackBaseUrl: url({ env: "SLACK_BASE_URL", help: "Slack's API" }, "https://slack.com"),
  publicUrl: connectionSettings.publicUrl,
  consoleUrl,
};

export type SlackValues = Values<typeof slackSettings>;

export function slackWanted(settings: SlackValues): boolean {
  const { slackBotToken, slackAppToken, slackChannel, slackOperators } = settings;
  return anySet([slackBotToken, slackAppToken, slackChannel, slackOperators]);
}

/** Variables without which no message can leave. */
export function missingForSlack({ slackBotToken, slackChannel }: SlackValues): string[] {
  return unset([["SLACK_BOT_TOKEN", slackBotToken], ["SLACK_CHANNEL", slackChannel]]);
}

/** Variables without which nobody can answer. */
export function missingForReplies({ slackAppToken, slackOperators }: SlackValues): string[] {
  return unset([["SLACK_APP_TOKEN", slackAppToken], ["SLACK_OPERATORS", slackOperators[0]]]);
}
