import { type Sender, senderOf } from "./access.ts";
import { type Access, type Connection, type Connections, familyOf } from "./schema.ts";
import type { SecretReader } from "./secrets.ts";

interface Addresses {
  readonly promUrl: string;
  readonly alertmanagerUrl: string;
}

/** The addresses that rooms know by a setting: those of the file's first connections of that kind go before PROM_URL and ALERTMANAGER_URL. */
export function withAddresses<S extends Addresses>(settings: S, connections: Connections): S {
  const first = (family: string) => Object.values(connections).find(({ kind }) => familyOf(kind) === family);
  const prometheus = first("prometheus");
  const alertmanager = first("alertmanager");
  return {
    ...settings,
    ...(prometheus === undefined ? {} : { promUrl: urlsOf(prometheus)[0]! }),
    ...(alertmanager === undefined ? {} : { alertmanagerUrl: urlsOf(alertmanager)[0]! }),
  };
}

/** `fetch` that adds a connection's credentials to what goes to its address, for rooms that know addresses only. */
export function withCredentials(
  fetch: typeof globalThis.fetch,
  connections: Connections,
  deps: { readonly secrets?: SecretReader } = {},
): typeof globalThis.fetch {
  const senders: { readonly url: string; readonly sender: Sender }[] = [];
  for (const connection of Object.values(connections)) {
    if (!["prometheus", "alertmanager"].includes(familyOf(connection.kind))) continue;
    const sender = senderOf(connection as Access, { ...deps, fetch });
    for (const url of urlsOf(connection)) {
      if (!senders.some((known) => known.url === url)) senders.push({ url, sender });
    }
  }
  if (senders.length === 0) return fetch;
  return (input: RequestInfo | URL, init?: RequestInit & { connected?: boolean }) => {
    const url = input instanceof Request ? input.url : String(input);
    const found = init?.connected ? undefined : senders.find((one) => url.startsWith(`${one.url}/`));
    return found === undefined ? fetch(input, init as RequestInit) : found.sender.fetch(input, init as RequestInit);
  };
}

function urlsOf(connection: Connection): readonly string[] {
  const { url } = connection as { url?: string | readonly string[] };
  return [url ?? []].flat();
}
