import type { Values } from "../../../lib/configuration/mod.ts";
import { connectionSettings } from "../../connections/mod.ts";
import type { Integration } from "../integration.ts";
import { alertmanagerChannel } from "./channel.ts";
import { alertmanagerCheck } from "./check.ts";
import { AlertmanagerClient } from "./client.ts";

const settings = { alertmanagerUrl: connectionSettings.alertmanagerUrl };

export const alertmanager = {
  name: "Alertmanager",
  settings,
  carriesOut: { channel: "alertmanager", orders: ["silence", "unsilence"] },
  create: ({ alertmanagerUrl }, { outgoing }) =>
    alertmanagerChannel(new AlertmanagerClient(alertmanagerUrl, outgoing), outgoing.now),
  checks: ({ alertmanagerUrl }, { outgoing, heard }) => [alertmanagerCheck(alertmanagerUrl, outgoing, { heard })],
} as const satisfies Integration<Values<typeof settings>>;
