import { integer, number } from "../../lib/configuration/mod.ts";
import type { Values } from "../../lib/configuration/mod.ts";
import { connectionSettings } from "../connections/mod.ts";
import type { Limits } from "./caution.ts";

const { twilioAccountSid, twilioAuthToken, twilioNumber, operators, publicUrl } = connectionSettings;

/** Settings of what operators send: how Twilio's requests are known, who may give orders, and which are asked about. */
export const operatorSettings = {
  twilioAccountSid,
  twilioAuthToken,
  twilioNumber,
  operators,
  publicUrl,
  confirmSilenceHours: number(
    { env: "CONFIRM_SILENCE_HOURS", help: "hours above which a silence is confirmed before it is made" },
    24,
    0,
    168,
  ),
  confirmScaleAbove: integer(
    { env: "CONFIRM_SCALE_ABOVE", help: "instances above which scaling is confirmed; scaling to 0 always is" },
    10,
    0,
    1_000,
  ),
};

/** From which size on an order is asked about before it is carried out. */
export function limitsOf(
  settings: Pick<Values<typeof operatorSettings>, "confirmSilenceHours" | "confirmScaleAbove">,
): Limits {
  return { silenceMs: settings.confirmSilenceHours * 3_600_000, replicas: settings.confirmScaleAbove };
}
