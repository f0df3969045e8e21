import { secret, url, type Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings, matching } from "../../connections/mod.ts";
import { anySet, unset } from "../integration.ts";
import { consoleUrl } from "../links.ts";

/** Settings of push messages by ntfy. */
export const ntfySettings = {
  ntfyUrl: url({ env: "NTFY_URL", help: "the ntfy server" }, "https://ntfy.sh"),
  ntfyTopic: matching(
    { env: "NTFY_TOPIC", help: "topic that phones have subscribed to" },
    /^[-_A-Za-z0-9]{1,64}$/,
    "expected letters, digits, - and _, 64 at most",
  ),
  ntfyToken: secret({ env: "NTFY_TOKEN", help: "access token of the ntfy server, tk_…" }),
  publicUrl: connectionSettings.publicUrl,
  consoleUrl,
};

export type NtfyValues = Values<typeof ntfySettings>;

export function ntfyWanted({ ntfyTopic, ntfyToken }: NtfyValues): boolean {
  return anySet([ntfyTopic, ntfyToken]);
}

export function missingForNtfy({ ntfyTopic }: NtfyValues): string[] {
  return unset([["NTFY_TOPIC", ntfyTopic]]);
}
