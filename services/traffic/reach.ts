import { ConfigurationError } from "../configuration/mod.ts";

/**
 * Makes sure that this program may connect to `url`.
 *
 * @throws {ConfigurationError} when the executable was built without that host.
 */
export function requireReach(url: string): void {
  const { hostname, port, protocol } = new URL(url);
  const host = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
  if (Deno.permissions.querySync({ name: "net", host }).state === "granted") return;
  throw new ConfigurationError(
    `this executable was not built to reach ${host}: set LB_URL=${url} and build it again (deno task build)`,
  );
}
