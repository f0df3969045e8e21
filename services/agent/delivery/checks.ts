import type { Check } from "./check.ts";
import type { DeliveryValues } from "./channels.ts";
import type { Integration } from "./integration.ts";
import type { TicketFields } from "./jira/fields.ts";
import type { Outgoing } from "./outgoing.ts";
import { INTEGRATIONS } from "./registry.ts";

/**
 * Looks at everything that news and orders leave through: WhatsApp, the way back from Twilio, Jira, Alertmanager.
 * `heard`: an alert was received since the agent's start.
 */
export async function deliveryChecks(
  settings: DeliveryValues,
  outgoing: Outgoing,
  { heard, ticketFields = {} }: { readonly heard: boolean; readonly ticketFields?: TicketFields | undefined },
): Promise<Check[]> {
  const all: readonly Integration<DeliveryValues>[] = INTEGRATIONS;
  return await Promise.all(all.flatMap((one) => one.checks?.(settings, { outgoing, heard, ticketFields }) ?? []));
}
