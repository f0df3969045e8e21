import { ConfigurationError, type Values } from "../../lib/configuration/mod.ts";
import { Oidc } from "./oidc.ts";
import type { accountSettings } from "./settings.ts";

/** The provider as it is configured; undefined where none is. @throws {ConfigurationError} for half a configuration. */
export function oidcOf(
  settings: Values<typeof accountSettings> & {
    readonly publicUrl: string | undefined;
    readonly consoleUrl: string | undefined;
  },
  deps: { readonly now: () => Date; readonly fetch?: typeof globalThis.fetch },
): Oidc | undefined {
  const { oidcIssuer: issuer, oidcClientId: clientId, oidcClientSecret: clientSecret } = settings;
  const base = settings.consoleUrl ?? settings.publicUrl;
  if (issuer === undefined) return undefined;
  const missing = [
    ...(clientId === undefined ? ["OIDC_CLIENT_ID"] : []),
    ...(clientSecret === undefined ? ["OIDC_CLIENT_SECRET"] : []),
    ...(base === undefined ? ["CONSOLE_URL"] : []),
    ...(Object.keys(settings.oidcRoles).length === 0 ? ["OIDC_ROLES"] : []),
  ];
  if (!URL.canParse(issuer) || !/^https?:/.test(issuer)) {
    throw new ConfigurationError(`OIDC_ISSUER: expected an http(s) URL, got ${JSON.stringify(issuer)}`);
  }
  if (missing.length > 0) throw new ConfigurationError(`OIDC_ISSUER is set: set ${missing.join(" and ")}, too`);
  return new Oidc({
    issuer,
    clientId: clientId!,
    clientSecret: clientSecret!,
    redirectUrl: new URL("console/oidc/callback", base!.endsWith("/") ? base : `${base}/`).href,
    rolesClaim: settings.oidcRolesClaim,
    roles: settings.oidcRoles,
    nowMs: () => deps.now().getTime(),
    ...(deps.fetch === undefined ? {} : { fetch: deps.fetch }),
  });
}
