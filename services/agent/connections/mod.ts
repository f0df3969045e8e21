/** What several rooms connect to: each setting is declared here once, and shared. */
export { bareNumber, E164, NUMBER_EXPECTED, samePhone } from "./numbers.ts";
export { addChanges, changeSchema, changesFileOf, readChanges, type ToldChange } from "./changes.ts";
export { connectionSettings, matching, optionalUrl } from "./settings.ts";
export {
  type Access,
  type Connection,
  type Connections,
  connectionsSchema,
  FAMILIES_OF,
  type Family,
  familyOf,
} from "./schema.ts";
export { credentials, secretsOf, type Sender, senderOf, webhookTokens } from "./access.ts";
export { withAddresses, withCredentials } from "./defaults.ts";
export { secretAt, SecretMissing, type SecretReader } from "./secrets.ts";
export { addressesOf, EgressGuard, EgressRefused, type GuardedInit, hostsOf, installGuard } from "./egress/mod.ts";
