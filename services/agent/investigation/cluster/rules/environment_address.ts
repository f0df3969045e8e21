import type { Service, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, type Quote, quote, type Rule } from "./rule.ts";

const ADDRESS =
  /^(?:[a-z][a-z0-9+.-]*:\/\/)?(?:[^\/@\s]+@)?([a-z0-9]([a-z0-9-]*[a-z0-9])?)((?:\.[a-z0-9-]+)*)(?::(\d{1,5}))?(?:\/.*)?$/i;
const FAILS =
  /no such host|unknown ?host|ENOTFOUND|refused|unable ?to ?connect|timed? ?out|timeout|unreachable|unavailable|lookup|could not|failed/i;

/** An environment variable of a workload names a service that is not there, or a port that the service does not offer. */
export const environmentAddress: Rule = {
  name: "environment_address",
  group: "routing",
  causes: ["environment_address"],
  looksAt: ["environment of containers", "services and their ports", "calls", "log lines that name the address"],
  find(view) {
    return view.cluster.workloads.flatMap((workload): Finding[] => {
      const wrong = addressesOf(workload).flatMap((one) => wrongAddress(view, workload, one));
      const worst = wrong.toSorted((one, other) => other.certainty - one.certainty)[0];
      if (!worst) return [];
      return [{
        group: "routing",
        cause: "environment_address",
        object: refOf(workload),
        says:
          `${workload.name} calls ${worst.address.value}, by its variable ${worst.address.variable}: ${worst.says}.`,
        for: [
          quote(refOf(workload), `spec.template.spec.containers[].env[${worst.address.variable}]`, worst.address.value),
          ...worst.quotes,
        ],
        against: [],
        certainty: worst.certainty,
        explains: worst.service ? [refOf(worst.service)] : [],
        fix: [
          kubectl(
            "set env",
            refOf(workload),
            `${worst.address.variable}=${
              worst.service ? `${worst.service.name}:${worst.service.ports[0]?.port}` : "<address>"
            }`,
          ),
        ],
      }];
    });
  },
};

interface Address {
  variable: string;
  value: string;
  host: string;
  port?: number;
}

function addressesOf(workload: Workload): Address[] {
  return workload.template.containers.filter((one) => !one.init).flatMap((container) =>
    container.env.flatMap(({ name, value }): Address[] => {
      const parts = value === undefined || value.length > 300 ? undefined : value.match(ADDRESS);
      const host = parts?.[1];
      if (!parts || !host || !value || /^\d+$/.test(host) || !(parts[4] || /ADDR|HOST|URL|ENDPOINT|URI/i.test(name))) {
        return [];
      }
      const domain = parts[3] ?? "";
      if (domain && !domain.startsWith(`.${workload.namespace}`)) return [];
      return [{ variable: name, value, host, ...parts[4] ? { port: Number(parts[4]) } : {} }];
    })
  );
}

function wrongAddress(view: View, workload: Workload, address: Address) {
  if (!view.knows("Service")) return [];
  const { namespace } = workload;
  const service = view.service(namespace, address.host);
  const failing = view.linesOf(workload).find((line) =>
    FAILS.test(line) && (service ? line.includes(`:${address.port}`) : new RegExp(`\\b${address.host}\\b`).test(line))
  );
  const said: Quote[] = failing ? [quote(refOf(workload), "logs", failing)] : [];
  if (service) {
    if (!address.port || service.ports.length === 0 || service.ports.some((one) => one.port === address.port)) {
      return [];
    }
    return [{
      address,
      service,
      says: `the service offers ${service.ports.map((one) => one.port).join(", ")}`,
      quotes: [quote(refOf(service), "spec.ports", service.ports.map((one) => one.port).join(", ")), ...said],
      certainty: failing ? 0.94 : 0.85,
    }];
  }
  if (isDeclared(view, namespace, address.host) || view.workload(namespace, address.host)) return [];
  const meant = missedService(view, workload, address);
  if (!meant && !failing) return [];
  return [{
    address,
    service: meant,
    says: `there is no service ${address.host}${meant ? `; ${meant.name} is probably meant` : ""}`,
    quotes: said,
    certainty: failing && meant ? 0.95 : meant ? 0.88 : 0.8,
  }];
}

function isDeclared(view: View, namespace: string, name: string): boolean {
  return view.cluster.declared.some((one) =>
    one.kind === "Service" && one.namespace === namespace && one.name === name
  );
}

/** A service that the workload is known to call and that no variable of it names: the one that the address misses. */
function missedService(view: View, workload: Workload, address: Address): Service | undefined {
  const named = new Set(addressesOf(workload).map((one) => one.host));
  const missed = view.callsFrom(workload.namespace, workload.name).flatMap((call) => {
    const service = view.service(workload.namespace, call.to);
    return service && !named.has(call.to) ? [service] : [];
  });
  const byPort = missed.filter((one) => one.ports.some((port) => port.port === address.port));
  return (byPort.length > 0 ? byPort : missed).find((one) => isClose(one.name, address.host)) ?? byPort[0];
}

/** One name within the other, or the same but for two letters. */
function isClose(one: string, other: string): boolean {
  if (one.startsWith(other) || other.startsWith(one)) return true;
  if (Math.abs(one.length - other.length) > 2) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && end < other.length - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return Math.max(one.length, other.length) - start - end <= 2 && start + end >= 3;
}
