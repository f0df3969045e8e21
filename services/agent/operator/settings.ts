import { connectionSettings } from "../connections/mod.ts";

const { twilioAccountSid, twilioAuthToken, operators, publicUrl } = connectionSettings;

/** Settings of what operators send: how Twilio's requests are known, and who may give orders. */
export const operatorSettings = { twilioAccountSid, twilioAuthToken, operators, publicUrl };
