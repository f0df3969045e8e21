import * as v from "valibot";
import { list, type Setting, type Values } from "../../../lib/configuration/mod.ts";
import { optionalUrl } from "../../connections/mod.ts";
import { keyOf } from "./sign.ts";

const EXPECTED = "expected whsec_ and 24 to 64 bytes in base64 (openssl rand -base64 32)";

const secrets: Setting<readonly string[]> = {
  ...list({
    env: "WEBHOOK_SECRET",
    help: "key that signs it, whsec_…; a second one, comma-separated, while it is changed",
  }),
  secret: true,
};

/** Settings of the generic webhook. */
export const webhookSettings = {
  // An address may be all that guards a receiver.
  webhookUrl: {
    ...optionalUrl({ env: "WEBHOOK_URL", help: "address that gets every message as signed JSON" }),
    secret: true,
  },
  webhookSecrets: {
    ...secrets,
    schema: v.pipe(secrets.schema, v.array(v.pipe(v.string(), v.check((key) => keyOf(key) !== undefined, EXPECTED)))),
  },
};

export type WebhookValues = Values<typeof webhookSettings>;
