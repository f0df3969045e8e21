import { createHash, timingSafeEqual } from "node:crypto";
import { type Call, isForwarded, isForwardedHere, isLoopback, nameOf } from "./call.ts";

/** Under which names a server may be called, and who is known. */
export interface AccessOptions {
  /** The address that it listens on. */
  readonly hostname: string;
  /** More names under which it may be called (`ALLOWED_HOSTS`). */
  readonly allowedHosts?: readonly string[];
  /** URLs under which it is known, e.g. `PUBLIC_URL`. */
  readonly urls?: readonly (string | undefined)[];
  /** Whoever sends one of these as a bearer token may do everything. */
  readonly tokens?: readonly (string | undefined)[];
  /** What is served may be asked for through a proxy on this machine, by programs on this machine. */
  readonly throughLocalProxy?: boolean;
}

const EVERY_ADDRESS = ["0.0.0.0", "::"];
const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f.]*:[\da-f:.]*)$/;

/**
 * Who may call a server: holders of a token from anywhere, and programs of this machine that call it by a name of this
 * machine. A browser can be led to any address by a name of somebody else's (DNS rebinding), and a reverse proxy makes
 * strangers local: so a foreign name, and a header that proxies add, is no program of this machine's.
 */
export class Access {
  readonly #names: ReadonlySet<string>;
  readonly #everyAddress: boolean;
  readonly #tokens: readonly Uint8Array[];
  readonly #throughLocalProxy: boolean;

  constructor({ hostname, allowedHosts = [], urls = [], tokens = [], throughLocalProxy = false }: AccessOptions) {
    const bound = nameOf(hostname.includes(":") && !hostname.startsWith("[") ? `[${hostname}]` : hostname);
    const known = urls.flatMap((url) => url !== undefined && URL.canParse(url) ? [new URL(url).host] : []);
    this.#names = new Set([bound, ...[...allowedHosts, ...known].map(nameOf)].filter((name) => name !== ""));
    this.#everyAddress = EVERY_ADDRESS.includes(bound);
    this.#tokens = tokens.flatMap((token) => token === undefined ? [] : [digest(token)]);
    this.#throughLocalProxy = throughLocalProxy;
  }

  /** Whether there is a token at all. */
  get hasToken(): boolean {
    return this.#tokens.length > 0;
  }

  /** Whether the request was sent to a name that is this server's. */
  knowsHost(call: Call): boolean {
    const name = nameOf(call.host);
    // A browser cannot be led here by an address: whoever listens on each address is called by each.
    return isLoopback(name) || this.#names.has(name) || (this.#everyAddress && ADDRESS.test(name));
  }

  /** Whether it comes from this machine and was meant for it. */
  isLocal(call: Call): boolean {
    const proxied = this.#throughLocalProxy ? !isForwardedHere(call) : isForwarded(call);
    return isLoopback(call.address) && isLoopback(nameOf(call.host)) && !proxied;
  }

  /** Whether it carries a token. */
  holdsToken(call: Call): boolean {
    const sent = /^Bearer +(\S.*)$/i.exec(call.header("authorization") ?? "")?.[1];
    return sent !== undefined && this.isToken(sent.trim());
  }

  /** Whether `text` is a token; takes equally long for any text. */
  isToken(text: string): boolean {
    const sent = digest(text);
    return this.#tokens.reduce((found, token) => timingSafeEqual(token, sent) || found, false);
  }

  /** Whether whoever sends it is known. */
  allows(call: Call): boolean {
    return this.holdsToken(call) || this.isLocal(call);
  }
}

function digest(text: string): Uint8Array {
  return createHash("sha256").update(text).digest();
}
