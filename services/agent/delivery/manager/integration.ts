import type { Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings } from "../../connections/mod.ts";
import type { Integration } from "../integration.ts";
import { managerChannel } from "./channel.ts";

/** The manager answers once new instances are healthy and old ones have drained, in milliseconds. */
const SCALE_TIMEOUT_MS = 45_000;

const settings = { pmUrl: connectionSettings.pmUrl };

export const manager = {
  name: "The manager",
  settings,
  carriesOut: { channel: "manager", orders: ["scale"] },
  create: ({ pmUrl }, { outgoing }) => managerChannel(pmUrl, { ...outgoing, timeoutMs: SCALE_TIMEOUT_MS }),
} as const satisfies Integration<Values<typeof settings>>;
