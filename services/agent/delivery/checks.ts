import type { Check } from "./check.ts";
import { type DeliveryValues, wantedOf } from "./channels.ts";
import type { TicketFields } from "./jira/fields.ts";
import type { Outgoing } from "./outgoing.ts";

/**
 * Looks at everything that news and orders leave through, but for channels of which nothing is configured.
 * `heard`: an alert was received since the agent's start.
 */
export async function deliveryChecks(
  settings: DeliveryValues,
  outgoing: Outgoing,
  { heard, ticketFields = {} }: { readonly heard: boolean; readonly ticketFields?: TicketFields | undefined },
): Promise<Check[]> {
  return await Promise.all(
    wantedOf(settings).flatMap((one) => one.checks?.(settings, { outgoing, heard, ticketFields }) ?? []),
  );
}
