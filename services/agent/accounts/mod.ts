/** People with names and roles, what opens their accounts, and the trail of what they did. */
export {
  type AccountChange,
  AccountProblem,
  Accounts,
  type AccountsDeps,
  type Identity,
  mayDo,
  type NewAccount,
} from "./accounts.ts";
export { audit, type Deed, type Verdict, verifyTrail } from "./audit.ts";
export { TOKEN_PREFIX } from "./secrets.ts";
