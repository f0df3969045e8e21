import { ConfigurationError } from "../../../../../lib/configuration/mod.ts";
import { type Connection, tokenFile } from "./connection.ts";

/** Where the kubelet puts a pod's service account. */
export const ACCOUNT_FOLDER = "/var/run/secrets/kubernetes.io/serviceaccount";
/** The API by its name inside of a cluster, for which its certificate is made out. */
export const IN_CLUSTER_SERVER = "https://kubernetes.default.svc";

/** The API's address as the kubelet tells it to each pod, which no DNS is needed for; else its name. */
function ownServer(): string {
  const host = variable("KUBERNETES_SERVICE_HOST");
  if (host === undefined) return IN_CLUSTER_SERVER;
  return `https://${host.includes(":") ? `[${host}]` : host}:${variable("KUBERNETES_SERVICE_PORT") ?? 443}`;
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    // A build that may not read it uses the name.
    return undefined;
  }
}

/**
 * The connection of a pod with its own service account.
 *
 * @throws {ConfigurationError} where no account is mounted.
 */
export async function inCluster(
  { folder = ACCOUNT_FOLDER, server = ownServer() }: { readonly folder?: string; readonly server?: string } = {},
): Promise<Connection> {
  const read = (name: string) => Deno.readTextFile(`${folder}/${name}`);
  try {
    const [ca, , namespace] = await Promise.all([read("ca.crt"), read("token"), read("namespace").catch(() => "")]);
    return {
      name: "in-cluster",
      server,
      ...namespace.trim() === "" ? {} : { namespace: namespace.trim() },
      tls: { ca },
      credentials: tokenFile(`${folder}/token`, (path) => Deno.readTextFile(path)),
    };
  } catch (cause) {
    throw new ConfigurationError(
      `Cannot read the pod's service account in ${folder}: run the agent in a pod with a service account ` +
        "(automountServiceAccountToken: true), or name a kubeconfig",
      { cause },
    );
  }
}
