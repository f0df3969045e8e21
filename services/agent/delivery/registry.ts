import { joinSettings } from "../../lib/configuration/mod.ts";
import { alertmanager } from "./alertmanager/integration.ts";
import { conversation } from "./conversation/integration.ts";
import { jira } from "./jira/integration.ts";
import { log } from "./log/integration.ts";
import { manager } from "./manager/integration.ts";
import { whatsapp } from "./whatsapp/integration.ts";

/** Every channel; a new one is a folder and its name here. */
export const INTEGRATIONS = [log, conversation, whatsapp, jira, alertmanager, manager] as const;

type SettingsOf<T> = { [I in keyof T]: T[I] extends { readonly settings: infer S } ? S : never };

/** Settings of what leaves the agent. */
export const deliverySettings = joinSettings(
  ...INTEGRATIONS.map(({ settings }) => settings) as unknown as SettingsOf<typeof INTEGRATIONS>,
);
