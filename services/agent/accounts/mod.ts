/** People with names and roles, what opens their accounts, and the trail of what they did. */
export {
  type AccountChange,
  AccountProblem,
  Accounts,
  type AccountsDeps,
  type Identity,
  mayDo,
  type NewAccount,
  SESSION_SECONDS,
} from "./accounts.ts";
export { audit, type Deed } from "./audit.ts";
export { TOKEN_PREFIX } from "./secrets.ts";
export { accountChangeSchema, accountRoutes, newAccountSchema, newTokenSchema } from "./routes.ts";
export { accountSettings } from "./settings.ts";
export { Oidc, type OidcPerson, SignInRefused } from "./oidc.ts";
export { accountOf } from "./oidc_sign_in.ts";
export { oidcOf } from "./oidc_of.ts";
