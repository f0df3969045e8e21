import { joinSettings } from "../../lib/configuration/mod.ts";
import type { OrderChannels, OrderKind } from "../incidents/mod.ts";
import { alertmanager } from "./alertmanager/integration.ts";
import { conversation } from "./conversation/integration.ts";
import { email } from "./email/integration.ts";
import type { Integration } from "./integration.ts";
import { jira } from "./jira/integration.ts";
import { log } from "./log/integration.ts";
import { manager } from "./manager/integration.ts";
import { ntfy } from "./ntfy/integration.ts";
import { slack } from "./slack/integration.ts";
import { telegram } from "./telegram/integration.ts";
import { webhook } from "./webhook/integration.ts";
import { whatsapp } from "./whatsapp/integration.ts";

/** Every channel; a new one is a folder and its name here. */
export const INTEGRATIONS = [
  log,
  conversation,
  whatsapp,
  jira,
  alertmanager,
  manager,
  webhook,
  slack,
  email,
  telegram,
  ntfy,
] as const;

/** The channel that carries out each kind of order. */
export const orderChannels: OrderChannels = channelsOfOrders(INTEGRATIONS);

/** @throws {Error} when two integrations carry out the same kind. */
export function channelsOfOrders(
  integrations: readonly Pick<Integration<never>, "name" | "carriesOut">[],
): OrderChannels {
  const channels = new Map<OrderKind, string>();
  for (const { name, carriesOut } of integrations) {
    for (const kind of carriesOut?.orders ?? []) {
      const other = channels.get(kind);
      if (other !== undefined) throw new Error(`Cannot let ${name} carry out ${kind}: channel ${other} does`);
      channels.set(kind, carriesOut!.channel);
    }
  }
  return channels;
}

type SettingsOf<T> = { [I in keyof T]: T[I] extends { readonly settings: infer S } ? S : never };

/** Settings of what leaves the agent. */
export const deliverySettings = joinSettings(
  ...INTEGRATIONS.map(({ settings }) => settings) as unknown as SettingsOf<typeof INTEGRATIONS>,
);
