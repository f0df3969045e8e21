import * as v from "valibot";
import { optional, secret, type Setting, text } from "../../lib/configuration/mod.ts";
import type { Role } from "../incidents/mod.ts";
import { parseRoles } from "./oidc_roles.ts";

const roles: Setting<Readonly<Record<string, Role>>> = {
  env: "OIDC_ROLES",
  help: "roles by group, as sre=act,leads=administer,*=see (roles: see, answer, act, administer)",
  fallback: {},
  schema: v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }) => {
      try {
        return parseRoles(dataset.value);
      } catch (error) {
        addIssue({ message: (error as Error).message });
        return NEVER;
      }
    }),
  ),
};

/** How people sign in by another system. */
export const accountSettings = {
  oidcIssuer: optional({ env: "OIDC_ISSUER", help: "OpenID Connect provider that signs people in, its issuer URL" }),
  oidcClientId: optional({ env: "OIDC_CLIENT_ID", help: "this agent's client id at the provider" }),
  oidcClientSecret: secret({ env: "OIDC_CLIENT_SECRET", help: "its client secret" }),
  oidcRolesClaim: text({ env: "OIDC_ROLES_CLAIM", help: "claim with a person's groups" }, "groups"),
  oidcRoles: roles,
};
