import { type Check, failed, ok, skipped } from "../check.ts";
import type { Integration } from "../integration.ts";
import { jsonOf, type Outgoing, request } from "../outgoing.ts";
import { ntfyChannel } from "./channel.ts";
import { missingForNtfy, ntfySettings, type NtfyValues, ntfyWanted } from "./settings.ts";

export const ntfy = {
  name: "ntfy",
  settings: ntfySettings,
  wanted: ntfyWanted,
  missing: missingForNtfy,
  create: ({ ntfyUrl, ntfyTopic, ntfyToken, consoleUrl, publicUrl }, { outgoing, onCall }) =>
    ntfyChannel(
      { url: ntfyUrl, topic: ntfyTopic!, token: ntfyToken, consoleUrl: consoleUrl ?? publicUrl, onCall },
      outgoing,
    ),
  checks: (settings, { outgoing }) => [check(settings, outgoing)],
} as const satisfies Integration<NtfyValues>;

async function check(settings: NtfyValues, outgoing: Outgoing): Promise<Check> {
  const name = "ntfy";
  const missing = missingForNtfy(settings);
  if (missing.length > 0) return skipped(name, missing);
  const answer = await request(`${settings.ntfyUrl}/v1/health`, {}, outgoing);
  if (answer.kind === "silence") return failed(name, `NTFY_URL cannot be reached: ${answer.reason}`);
  const healthy = (jsonOf(answer.body) as { healthy?: unknown } | undefined)?.healthy;
  if (answer.status !== 200 || healthy !== true) {
    return failed(name, `${settings.ntfyUrl} is no healthy ntfy server (it answered ${answer.status})`);
  }
  return ok(name, `${new URL(settings.ntfyUrl).host} is healthy; pages go to the topic ${settings.ntfyTopic}`);
}
