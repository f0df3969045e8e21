import * as v from "valibot";

/** Where the list of backends comes from. */
export interface BackendSource {
  /** Its name in log lines. */
  readonly name: string;
  /** Its address, as a field of log lines. */
  readonly where: Readonly<Record<string, string>>;
  /**
   * The backends' URLs now.
   *
   * @throws when the source does not answer.
   */
  list(signal: AbortSignal): Promise<readonly string[]>;
}

const Backends = v.object({ backends: v.array(v.string()) });

/** The manager at `url`: `GET /backends`. */
export function managerSource(url: string, fetch: typeof globalThis.fetch): BackendSource {
  return {
    name: "manager",
    where: { url },
    async list(signal) {
      const response = await fetch(`${url}/backends`, { signal });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`status ${response.status}`);
      return v.parse(Backends, body).backends;
    },
  };
}

/** Looks up the addresses of a name. */
export type Resolve = (name: string, type: "A" | "AAAA", signal: AbortSignal) => Promise<readonly string[]>;

const resolveDns: Resolve = (name, type, signal) => Deno.resolveDns(name, type, { signal });

/**
 * A DNS name, as `host:port`: each of its addresses is a backend on that port. A headless Service in Kubernetes has the
 * addresses of its ready pods, and none at all when no pod is ready.
 */
export function dnsSource(name: string, resolve: Resolve = resolveDns): BackendSource {
  const { hostname, port } = new URL(`http://${name}`);
  return {
    name: "DNS",
    where: { name },
    async list(signal) {
      const addresses = await Promise.all((["A", "AAAA"] as const).map(async (type) => {
        try {
          return await resolve(hostname, type, signal);
        } catch (error) {
          if (error instanceof Deno.errors.NotFound) return [];
          throw error;
        }
      }));
      return addresses.flat().sort().map((ip) => `http://${ip.includes(":") ? `[${ip}]` : ip}:${port || "80"}`);
    },
  };
}
