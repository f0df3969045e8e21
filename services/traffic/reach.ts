import { ConfigurationError, explainDenied } from "../lib/configuration/mod.ts";

/**
 * Makes sure that this program may connect to `url`.
 *
 * @throws {ConfigurationError} when the executable was built without that host.
 */
export function requireReach(url: string): void {
  const { hostname, port, protocol } = new URL(url);
  const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  const refused = new Deno.errors.NotCapable(`Requires net access to "${host}"`);
  throw new ConfigurationError(explainDenied(refused)!, { cause: refused });
}
