import { parse } from "yaml";
import { type Access, addressesOf, EgressGuard, hostsOf, secretsOf } from "../connections/mod.ts";
import { type Catalogue, catalogueOf } from "./catalogue/mod.ts";

/** Validated settings; whatever of them is an address is named. */
type Named = Readonly<Record<string, unknown>> & { readonly catalogue: string | undefined };

/**
 * The guard in front of everything that the agent opens: it lets through the hosts that settings and `config/oncall.yaml` name.
 *
 * @throws {ConfigurationError} when the services' description has mistakes.
 */
export function guardOf(
  settings: Named,
  { report }: { readonly report: (host: string, why: string) => void },
): EgressGuard {
  return new EgressGuard({ allowed: namedHosts(settings, catalogueOf(settings)), report, proxied: behindProxy() });
}

/** The secrets of all connections, to be redacted wherever they turn up. */
export function connectionSecrets(settings: Named): string[] {
  return Object.values(catalogueOf(settings).connections).flatMap((one) => secretsOf(one as Access));
}

/** Every host that the configuration names, each with its port. */
export function namedHosts(settings: Named, catalogue: Catalogue): string[] {
  const logs = catalogue.services.flatMap(({ logs }) => "url" in logs && logs.url !== undefined ? [logs.url] : []);
  return [
    ...hostsOf([...Object.values(settings), ...addressesOf(catalogue.connections), ...logs, ...clustersOf(catalogue)]),
    // Its own port: who has it is asked when it is taken.
    ...(settings.host === undefined ? [] : [`${settings.host}:${settings.port}`]),
  ];
}

/** The addresses of Kubernetes' API servers that no connection spells out. */
function clustersOf({ connections }: Catalogue): string[] {
  return Object.values(connections).flatMap((one) => {
    if (one.kind !== "kubernetes") return [];
    if (one.kubeconfig !== undefined) return serversIn(one.kubeconfig);
    const [host, port] = [variable("KUBERNETES_SERVICE_HOST"), variable("KUBERNETES_SERVICE_PORT")];
    const own = host === undefined ? [] : [`https://${host.includes(":") ? `[${host}]` : host}:${port ?? 443}`];
    return one.in_cluster === true ? [...own, "https://kubernetes.default.svc"] : [];
  });
}

function serversIn(kubeconfig: string): string[] {
  try {
    const { clusters } = parse(Deno.readTextFileSync(kubeconfig)) as {
      clusters?: { cluster?: { server?: unknown; "proxy-url"?: unknown } }[];
    };
    return (clusters ?? []).flatMap(({ cluster }) => [cluster?.server, cluster?.["proxy-url"]])
      .filter((server) => typeof server === "string");
  } catch {
    // Whoever reads it says what is wrong with it.
    return [];
  }
}

/** Whether the environment names a proxy, through which the runtime then sends everything. */
function behindProxy(): boolean {
  return ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"].some((name) =>
    (variable(name) ?? variable(name.toLowerCase())) !== undefined
  );
}

function variable(name: string): string | undefined {
  try {
    return Deno.env.get(name) || undefined;
  } catch {
    return undefined;
  }
}
