import { type Check, failed, ok, skipped } from "../check.ts";
import { anySet, type Integration, unset } from "../integration.ts";
import { consoleUrl } from "../links.ts";
import { connectionSettings } from "../../connections/mod.ts";
import type { Values } from "../../../lib/configuration/mod.ts";
import { type Outgoing, request } from "../outgoing.ts";
import { webhookChannel } from "./channel.ts";
import { webhookSettings, type WebhookValues } from "./settings.ts";

const settings = { ...webhookSettings, publicUrl: connectionSettings.publicUrl, consoleUrl };

export const webhook = {
  name: "The webhook",
  settings,
  wanted: ({ webhookUrl, webhookSecrets }) => anySet([webhookUrl, webhookSecrets]),
  missing,
  create: ({ webhookUrl, webhookSecrets, consoleUrl, publicUrl }, { outgoing }) =>
    webhookChannel({ url: webhookUrl!, secrets: webhookSecrets, consoleUrl: consoleUrl ?? publicUrl }, outgoing),
  checks: (settings, { outgoing }) => [check(settings, outgoing)],
} as const satisfies Integration<Values<typeof settings>>;

function missing({ webhookUrl, webhookSecrets }: WebhookValues): string[] {
  return unset([["WEBHOOK_URL", webhookUrl], ["WEBHOOK_SECRET", webhookSecrets[0]]]);
}

/** Whether somebody answers there at all; a message would be more than a look. */
async function check(settings: WebhookValues, outgoing: Outgoing): Promise<Check> {
  const name = "Webhook";
  const lacking = missing(settings);
  if (lacking.length > 0) return skipped(name, lacking);
  const answer = await request(settings.webhookUrl!, { method: "HEAD" }, outgoing);
  if (answer.kind === "silence") return failed(name, `WEBHOOK_URL cannot be reached: ${answer.reason}`);
  if (answer.status >= 500) {
    return failed(name, `${host(settings)} answered ${answer.status}: it takes no messages now`);
  }
  return ok(name, `${host(settings)} can be reached; messages are signed with ${keys(settings)}`);
}

function host({ webhookUrl }: WebhookValues): string {
  return new URL(webhookUrl!).host;
}

function keys({ webhookSecrets: { length } }: WebhookValues): string {
  return length === 1 ? "1 key" : `${length} keys`;
}
