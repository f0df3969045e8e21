import type { Check } from "../delivery/mod.ts";
import type { Store } from "../incidents/mod.ts";
import { failed, ok, skipped } from "./look.ts";

/** Most of the newest incidents searched for the last page. */
const INCIDENTS = 20;

/** Whether the last message to a person arrived, as far as its channel said; `pagers`: the channels that page people. */
export async function lastPage(store: Store, pagers: readonly string[]): Promise<Check> {
  const name = "Last page";
  const { incidents } = await store.list({ limit: INCIDENTS });
  for (const { code } of incidents) {
    const told = (await store.view(code))?.notifications.filter(({ channel, state }) =>
      pagers.includes(channel) && (state === "sent" || state === "failed")
    ) ?? [];
    const last = told.at(-1);
    if (last === undefined) {
      continue;
    }
    const what = `${last.kind.replaceAll("_", " ")} of incident ${code} on ${last.channel}`;
    if (last.state === "sent") {
      return ok(name, `the last message to a person was sent: ${what}, at ${last.sent_at}`);
    }
    return failed(
      name,
      `the last message to a person was not delivered: ${what}: ${last.last_error ?? "no reason given"}`,
    );
  }
  return skipped(name, "no message has been sent to a person yet");
}
