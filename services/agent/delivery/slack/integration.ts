import type { Integration } from "../integration.ts";
import { slackChannel } from "./channel.ts";
import { slackCheck, slackRepliesCheck } from "./check.ts";
import { listenToSlack } from "./listen.ts";
import { missingForReplies, missingForSlack, slackSettings, type SlackValues, slackWanted } from "./settings.ts";

export const slack = {
  name: "Slack",
  settings: slackSettings,
  wanted: slackWanted,
  missing: missingForSlack,
  create: (settings, { outgoing, onCall, recall }) =>
    slackChannel({
      baseUrl: settings.slackBaseUrl,
      token: settings.slackBotToken!,
      channel: settings.slackChannel!,
      consoleUrl: settings.consoleUrl ?? settings.publicUrl,
      onCall,
      recall,
    }, outgoing),
  listen(settings, listening) {
    const missing = missingForReplies(settings);
    if (missing.length > 0) {
      listening.log.info(`Slack replies are skipped: set ${missing.join(" and ")} to enable them`);
      return {};
    }
    const account = { baseUrl: settings.slackBaseUrl, token: settings.slackAppToken! };
    return listenToSlack({ ...account, people: settings.slackOperators }, listening);
  },
  checks: (settings, { outgoing }) => [slackCheck(settings, outgoing), slackRepliesCheck(settings, outgoing)],
} as const satisfies Integration<SlackValues>;
