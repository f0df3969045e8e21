import { isAddress, type Reach, reachOf, refusalOf } from "./addresses.ts";

/** Something tried to reach what the configuration does not name. */
export class EgressRefused extends Error {
  override name = "EgressRefused";
}

/** What the guard works with; tests pass their own. */
export interface GuardOptions {
  /** Hosts that the configuration names: `host`, `host:port` or `*.domain`. */
  readonly allowed: readonly string[];
  readonly fetch?: typeof fetch;
  /** All addresses of a name. */
  readonly resolve?: (name: string) => Promise<readonly string[]>;
  /** Told of each refusal, once for each host. */
  readonly report?: (host: string, why: string) => void;
  /** Plain HTTP goes through the proxy that the environment names, which looks names up itself. */
  readonly proxied?: boolean;
}

/** What `fetch` is told beside its own options. */
export interface GuardedInit extends RequestInit {
  readonly client?: Deno.HttpClient;
  /** The client asks a proxy, which looks the name up itself. */
  readonly proxied?: boolean;
}

/** The one of the runtime, before anything was put in front of it. */
const runtimeFetch = globalThis.fetch;
const MOST_HOPS = 5;
const MOST_PINNED = 64;
const REDIRECTS = new Set([301, 302, 303, 307, 308]);
const RANK: Readonly<Record<Reach, number>> = { public: 2, private: 1, loopback: 0 };

/**
 * The one way out: a host must be named by the configuration, its name is looked up, each address is checked, and the
 * connection goes to the address that was checked. Over TLS the server's certificate must be of that name besides.
 */
export class Guard {
  readonly #options: GuardOptions;
  readonly #hosts = new Set<string>();
  readonly #domains: string[] = [];
  readonly #reach = new Map<string, Reach>();
  readonly #pinned = new Map<string, Deno.HttpClient>();
  readonly #told = new Set<string>();

  constructor(options: GuardOptions) {
    this.#options = options;
    for (const host of options.allowed.map((one) => one.trim().toLowerCase())) {
      if (host.startsWith("*.")) this.#domains.push(host.slice(1));
      else if (host !== "") this.#hosts.add(host);
    }
  }

  /** Usable as `fetch`. */
  readonly fetch = (async (input: RequestInfo | URL, init?: GuardedInit): Promise<Response> => {
    const given = input instanceof Request ? input : undefined;
    const follows = (init?.redirect ?? given?.redirect ?? "follow") === "follow";
    let url = new URL(given?.url ?? String(input));
    let request: GuardedInit = { ...init };
    for (let hop = 0;; hop++) {
      const target = hop === 0 && given !== undefined ? given : url.href;
      const response = await this.#send(target, url, {
        ...request,
        redirect: follows ? "manual" : request.redirect ?? "manual",
      });
      const location = response.headers.get("location");
      if (!follows || location === null || !REDIRECTS.has(response.status)) return response;
      await response.body?.cancel();
      if (hop >= MOST_HOPS) throw new TypeError(`more than ${MOST_HOPS} redirects`);
      const next = new URL(location, url);
      request = redirected(request, {
        from: url,
        to: next,
        status: response.status,
        method: request.method ?? given?.method,
      });
      url = next;
    }
  }) as typeof fetch;

  /**
   * The addresses of `host` that may be connected to; those of a name are looked up anew each time.
   *
   * @throws {EgressRefused} when the configuration does not name it, or when one of its addresses is never reached.
   */
  async check(host: string, port: number): Promise<readonly string[]> {
    const bare = bareHost(host);
    if (!this.isNamed(bare, port)) {
      throw this.#refused(
        bare,
        "the configuration does not name it: add a connection with that host to config/oncall.yaml, or set it in the environment",
      );
    }
    // This machine, where the configuration itself spells it so.
    if (bare === "0.0.0.0" || bare === "::") return [bare];
    if (isAddress(bare)) return [this.#checked(bare, bare)];
    if (bare === "localhost" || bare.endsWith(".localhost")) return ["127.0.0.1", "::1"];
    const found = await (this.#options.resolve ?? lookUp)(bare);
    for (const address of found) this.#checked(bare, address);
    this.#sameReach(bare, found);
    return found;
  }

  /** Whether the configuration names a host, at that port or at all. */
  isNamed(host: string, port: number): boolean {
    const name = bareHost(host);
    return this.#hosts.has(name) || this.#hosts.has(`${name}:${port}`) ||
      this.#domains.some((domain) => name.endsWith(domain));
  }

  /** Closes the connections that are kept open. */
  close(): void {
    for (const client of this.#pinned.values()) client.close();
    this.#pinned.clear();
  }

  async #send(target: Request | string, url: URL, init: GuardedInit): Promise<Response> {
    if (url.protocol !== "http:" && url.protocol !== "https:") {
      throw this.#refused(url.protocol, "only http and https are spoken");
    }
    const port = Number(url.port || (url.protocol === "https:" ? 443 : 80));
    const { proxied = this.#options.proxied === true, ...rest } = init;
    const send = this.#options.fetch ?? runtimeFetch;
    if (proxied) {
      const host = bareHost(url.hostname);
      if (!this.isNamed(host, port) || isAddress(host)) await this.check(host, port);
      return await send(target, rest as RequestInit);
    }
    const addresses = await this.check(url.hostname, port);
    // A name's certificate stands for the address over TLS; a client of one's own brings its certificates.
    if (
      url.protocol === "https:" || rest.client !== undefined || isAddress(bareHost(url.hostname)) ||
      isLocal(url.hostname)
    ) {
      return await send(target, rest as RequestInit);
    }
    let failure: unknown;
    for (const address of addresses) {
      try {
        return await send(target, { ...rest, client: this.#pin(address, port) } as RequestInit);
      } catch (error) {
        failure = error;
        if (rest.signal?.aborted || !/refused|unreachable|connect/i.test(String(error))) throw error;
      }
    }
    throw failure;
  }

  /** A client whose connections go to that address, whatever the name says by then. */
  #pin(hostname: string, port: number): Deno.HttpClient {
    const key = `${hostname} ${port}`;
    let client = this.#pinned.get(key);
    if (client === undefined) {
      if (this.#pinned.size >= MOST_PINNED) this.close();
      client = Deno.createHttpClient({ proxy: { transport: "tcp", hostname, port } });
      this.#pinned.set(key, client);
    }
    return client;
  }

  #checked(host: string, address: string): string {
    const why = refusalOf(address);
    if (why !== null) {
      throw this.#refused(host, host === address ? `it is ${why}` : `its name stands for ${address}, which is ${why}`);
    }
    return address;
  }

  /** A name that stood for the public net and now stands for the own one was turned by somebody. */
  #sameReach(host: string, addresses: readonly string[]): void {
    const nearest = addresses.map(reachOf).toSorted((a, b) => RANK[a] - RANK[b])[0];
    if (nearest === undefined) return;
    const known = this.#reach.get(host);
    if (known !== undefined && RANK[nearest] < RANK[known]) {
      throw this.#refused(host, `its name stood for a ${known} address and now stands for a ${nearest} one`);
    }
    if (known === undefined) this.#reach.set(host, nearest);
  }

  #refused(host: string, why: string): EgressRefused {
    if (!this.#told.has(`${host} ${why}`) && this.#told.size < 1_000) {
      this.#told.add(`${host} ${why}`);
      this.#options.report?.(host, why);
    }
    return new EgressRefused(`${host} may not be reached: ${why}`);
  }
}

function redirected(
  request: GuardedInit,
  { from, to, status, method = "GET" }: {
    readonly from: URL;
    readonly to: URL;
    readonly status: number;
    readonly method: string | undefined;
  },
): GuardedInit {
  const keeps = status === 307 || status === 308 || method === "GET" || method === "HEAD";
  const { body, ...rest } = request;
  const headers = new Headers((request as { headers?: HeadersInit }).headers);
  // What was meant for one server is none of another's business.
  if (from.origin !== to.origin) {
    for (const name of ["authorization", "cookie", "x-scope-orgid"]) {
      headers.delete(name);
    }
  }
  return keeps && body !== undefined
    ? { ...rest, body, headers, method }
    : { ...rest, headers, method: keeps ? method : "GET" };
}

function bareHost(host: string): string {
  return host.toLowerCase().replace(/^\[(.{1,60})\]$/, "$1").replace(/\.$/, "");
}

function isLocal(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost");
}

async function lookUp(name: string): Promise<readonly string[]> {
  const { lookup } = await import("node:dns/promises");
  try {
    return (await lookup(name, { all: true })).map(({ address }) => address);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotCapable) throw cause;
    throw new TypeError(`dns error: ${name} cannot be resolved`, { cause });
  }
}
