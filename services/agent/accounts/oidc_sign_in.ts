import type { Account, Role } from "../incidents/mod.ts";
import { AccountProblem, type Accounts, type Identity } from "./accounts.ts";
import { type OidcPerson, SignInRefused } from "./oidc.ts";
import { roleOf } from "./oidc_roles.ts";

/** Whom the audit trail names for what a provider's answer changes. */
const PROVIDER: Identity = { name: "oidc", role: "administer" };

/**
 * The account of a person whom the provider knows: made at the first sign-in, in the role that the person's groups give
 * now. A name that somebody else has here gets the provider's host added; no account is taken over by its name.
 *
 * @throws {SignInRefused}
 */
export async function accountOf(
  accounts: Accounts,
  person: OidcPerson,
  roles: Readonly<Record<string, Role>>,
): Promise<Account> {
  const role = roleOf(person.groups, roles);
  if (role === undefined) {
    throw new SignInRefused(`${person.name} is in no group that OIDC_ROLES gives a role: ask whoever administers it.`);
  }
  const account = await accounts.bySubject(person.subject);
  if (account?.disabled_at !== undefined) throw new SignInRefused(`The account ${account.name} is disabled.`);
  if (account !== undefined) {
    return account.role === role ? account : await accounts.change(PROVIDER, account.name, { role });
  }
  const { hostname } = new URL(person.subject.split(" ")[0]!);
  const fields = { role, subject: person.subject };
  try {
    return await accounts.add(PROVIDER, { ...fields, name: person.name });
  } catch (error) {
    if (!(error instanceof AccountProblem) || error.code !== "taken") throw error;
    return await accounts.add(PROVIDER, { ...fields, name: `${person.name}@${hostname}`.slice(0, 64) });
  }
}
