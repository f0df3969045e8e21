import type { Connections } from "../schema.ts";

/** Hosts, each with its port, of the addresses that a configuration's values hold: http(s) and database URLs, also in lists. */
export function hostsOf(values: Iterable<unknown>): string[] {
  const hosts = new Set<string>();
  for (const value of values) {
    for (const part of [value].flat().flatMap((one) => typeof one === "string" ? one.split(/[\s,]+/) : [])) {
      if (!/^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(part) || !URL.canParse(part)) continue;
      const { hostname, port, protocol } = new URL(part);
      if (hostname === "") continue;
      hosts.add(`${hostname.replace(/^\[(.{1,60})\]$/, "$1").toLowerCase()}:${port || PORTS[protocol] || 443}`);
    }
  }
  return [...hosts];
}

const PORTS: Readonly<Record<string, number>> = {
  "http:": 80,
  "https:": 443,
  "postgres:": 5432,
  "postgresql:": 5432,
  "smtp:": 587,
  "smtps:": 465,
};

/** The addresses that connections name: servers and proxies. */
export function addressesOf(connections: Connections): string[] {
  return Object.values(connections).flatMap((one) => {
    const { url, proxy } = one as { url?: string | readonly string[]; proxy?: string };
    return [url ?? [], proxy ?? []].flat();
  });
}
