import type { Values } from "../../lib/configuration/mod.ts";
import type { Logger } from "../../lib/telemetry/mod.ts";
import { alertmanagerChannel } from "./alertmanager/channel.ts";
import { AlertmanagerClient } from "./alertmanager/client.ts";
import type { Channel } from "./channel.ts";
import { conversationChannel } from "./conversation/channel.ts";
import { jiraChannel } from "./jira/channel.ts";
import { JiraClient } from "./jira/client.ts";
import type { TicketFields } from "./jira/fields.ts";
import { logChannel } from "./log/channel.ts";
import { managerChannel } from "./manager/channel.ts";
import type { Outgoing } from "./outgoing.ts";
import type { deliverySettings } from "./settings.ts";
import { unconfiguredChannel } from "./unconfigured.ts";
import { whatsappChannel } from "./whatsapp/channel.ts";

/** What channels are made with. */
export interface ChannelDeps {
  readonly log: Logger;
  /** What the Jira project wants of every ticket. */
  readonly ticketFields?: TicketFields | undefined;
  readonly fetch?: typeof fetch;
  readonly now?: () => Date;
}

/** Validated {@linkcode deliverySettings}. */
export type DeliveryValues = Values<typeof deliverySettings>;

/** Longest that a request to another side may take, in milliseconds. */
const REQUEST_TIMEOUT_MS = 15_000;
/** The manager answers once new instances are healthy and old ones have drained, in milliseconds. */
const SCALE_TIMEOUT_MS = 45_000;

/**
 * Every channel: the log, the conversation, Alertmanager's silences and the manager always; WhatsApp and Jira where they
 * are configured. One log line for each integration left out names the variables that would enable it; what is asked of
 * it is declined in the same words.
 */
export function createChannels(settings: DeliveryValues, deps: ChannelDeps): Channel[] {
  const { log, ticketFields = {}, fetch: via = fetch, now = () => new Date() } = deps;
  const outgoing: Outgoing = { fetch: via, now, timeoutMs: REQUEST_TIMEOUT_MS };
  const channels: Channel[] = [
    logChannel(log),
    conversationChannel(),
    alertmanagerChannel(new AlertmanagerClient(settings.alertmanagerUrl, outgoing), now),
    managerChannel(settings.pmUrl, { ...outgoing, timeoutMs: SCALE_TIMEOUT_MS }),
  ];
  const noWhatsApp = missingForWhatsApp(settings);
  if (noWhatsApp.length > 0) log.info(skipped("WhatsApp", noWhatsApp));
  else channels.push(whatsapp(settings, outgoing));

  const noJira = missingForJira(settings);
  if (noJira.length > 0) log.info(skipped("Jira", noJira));
  const tell = channels.filter(({ readBy, news, isRecord }) => readBy === "people" && news && isRecord !== true)
    .map(({ name }) => name);
  channels.push(
    noJira.length > 0 ? unconfiguredChannel("jira", "Jira", noJira) : jiraChannel({
      client: jiraClient(settings, outgoing),
      project: settings.jiraProjectKey!,
      issueType: settings.jiraIssueType,
      ticketFields,
      resolveTransition: settings.jiraResolveTransition,
      publicUrl: settings.consoleUrl ?? settings.publicUrl,
      tell,
      now,
    }),
  );
  return channels;
}

/** Variables without which no WhatsApp message can leave. */
export function missingForWhatsApp(settings: DeliveryValues): string[] {
  const needed: [string, unknown][] = [
    ["TWILIO_ACCOUNT_SID", settings.twilioAccountSid],
    ["TWILIO_AUTH_TOKEN", settings.twilioAuthToken],
    ["TWILIO_WHATSAPP_NUMBER", settings.twilioNumber],
    ["USER_WHATSAPP_NUMBER", settings.operators[0]],
  ];
  return needed.filter(([, value]) => value === undefined).map(([name]) => name);
}

/** Variables without which no ticket can be made. */
export function missingForJira(settings: DeliveryValues): string[] {
  const needed: [string, unknown][] = [
    ["JIRA_URL", settings.jiraUrl],
    ["JIRA_EMAIL", settings.jiraEmail],
    ["JIRA_API_TOKEN", settings.jiraApiToken],
    ["JIRA_PROJECT_KEY", settings.jiraProjectKey],
  ];
  return needed.filter(([, value]) => value === undefined).map(([name]) => name);
}

/** Jira as the settings name it; they are complete. */
export function jiraClient(settings: DeliveryValues, outgoing: Outgoing): JiraClient {
  const { jiraUrl, jiraEmail, jiraApiToken } = settings;
  return new JiraClient({ url: jiraUrl!, email: jiraEmail!, apiToken: jiraApiToken! }, outgoing);
}

/** `WhatsApp is skipped: set A and B to enable it`. */
export function skipped(integration: string, missing: readonly string[]): string {
  const names = missing.length === 1 ? missing[0] : `${missing.slice(0, -1).join(", ")} and ${missing.at(-1)}`;
  return `${integration} is skipped: set ${names} to enable it`;
}

function whatsapp(settings: DeliveryValues, outgoing: Outgoing): Channel {
  return whatsappChannel({
    accountSid: settings.twilioAccountSid!,
    authToken: settings.twilioAuthToken!,
    baseUrl: settings.twilioBaseUrl,
    from: settings.twilioNumber!,
    to: settings.operators[0]!,
    publicUrl: settings.publicUrl,
    consoleUrl: settings.consoleUrl ?? settings.publicUrl,
    contentSid: settings.twilioContentSid,
  }, outgoing);
}
