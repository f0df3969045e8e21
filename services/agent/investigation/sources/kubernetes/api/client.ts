import { parseJson, readBounded } from "../../../../../lib/http/mod.ts";
import { retryAfterMs, sleep } from "../../../../../lib/waiting/mod.ts";
import { parseQuantity } from "../../../cluster/mod.ts";
import { ToolError } from "../../../tool_error.ts";
import type { Connection } from "../connection/mod.ts";
import { errorOf, KubernetesError } from "./error.ts";
import { isObject, type Json } from "./json.ts";
import { pathOf, type ResourceName, RESOURCES } from "./resources.ts";
import { eventsIn, type WatchEvent } from "./watch.ts";

export interface ListOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
  /** Names, labels and annotations alone, where the server can do that. */
  readonly metadataOnly?: boolean;
  /** Most objects that are read; the rest is said to be missing. */
  readonly most?: number;
  readonly pageSize?: number;
  readonly signal: AbortSignal;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly resourceVersion: string;
  /** Why not all of them were read; undefined when they were. */
  readonly cut?: string;
}

/** What a pod or a node uses. */
export interface Use {
  readonly cores: number;
  readonly mb: number;
}

export interface LogOptions {
  readonly container?: string | undefined;
  readonly previous?: boolean;
  readonly tailLines: number;
  readonly sinceSeconds?: number | undefined;
  readonly signal: AbortSignal;
}

interface Asked {
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly accept?: string;
  readonly maxBytes?: number;
  readonly signal: AbortSignal;
}

const PAGE = 500;
const MOST_OBJECTS = 5_000;
const PAGE_BYTES = 16 * 2 ** 20;
const LOG_BYTES = 256 * 1024;
const REQUEST_MS = 10_000;
const MOST_TRIES = 4;
const PAUSES_MS = [200, 600, 1_500] as const;
/** A longer `Retry-After` is told instead of awaited. */
const LONGEST_PAUSE_MS = 5_000;
const BUSY = new Set([429, 500, 502, 503, 504]);
const METADATA = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

/** Reads a cluster's API: only GET, only what `RESOURCES` names, everything with a limit. */
export class KubernetesClient {
  readonly #connection: Connection;
  readonly #fetch: typeof fetch;
  readonly #http: Deno.HttpClient | undefined;
  #serverMs: number | undefined;

  constructor(connection: Connection, { fetch = globalThis.fetch }: { readonly fetch?: typeof globalThis.fetch } = {}) {
    this.#connection = connection;
    this.#fetch = fetch;
    const { ca, cert, key, proxy } = connection.tls;
    this.#http = ca === undefined && cert === undefined && proxy === undefined ? undefined : Deno.createHttpClient({
      ...ca === undefined ? {} : { caCerts: [ca] },
      ...cert === undefined || key === undefined ? {} : { cert, key },
      ...proxy === undefined ? {} : { proxy: { url: proxy } },
    });
  }

  /** Who is asked, for people. */
  get who(): string {
    return `the API server of ${this.#connection.name}`;
  }

  /** The server's own time in its last answer, by which ages are told; undefined before one. */
  get serverMs(): number | undefined {
    return this.#serverMs;
  }

  get connection(): Connection {
    return this.#connection;
  }

  close(): void {
    this.#http?.close();
  }

  /**
   * Lists objects page by page; of each only what `keep` makes of it is held. A list whose pages expire begins again, once.
   *
   * @throws {KubernetesError} with the server's words.
   */
  async list<T>(name: ResourceName, options: ListOptions, keep: (object: Json) => T | undefined): Promise<Listed<T>> {
    for (let restarts = 0;; restarts++) {
      try {
        return await this.#pages(name, options, keep);
      } catch (error) {
        if (!(error instanceof KubernetesError) || error.status !== 410 || restarts > 0) throw error;
      }
    }
  }

  async #pages<T>(
    name: ResourceName,
    options: ListOptions,
    keep: (object: Json) => T | undefined,
  ): Promise<Listed<T>> {
    const { most = MOST_OBJECTS, signal } = options;
    const items: T[] = [];
    let { pageSize = PAGE } = options;
    let next: string | undefined;
    let resourceVersion = "";
    let count = 0;
    while (true) {
      const page = await this.#page(name, options, { limit: Math.min(pageSize, most - count), next });
      if (page === "too large") {
        const { plural } = RESOURCES[name];
        if (pageSize <= 1) return { items, resourceVersion, cut: `one of the ${plural} is too large to be read` };
        pageSize = Math.max(1, Math.floor(pageSize / 4));
        continue;
      }
      resourceVersion = page.resourceVersion || resourceVersion;
      const left = most - count;
      for (const object of page.items.slice(0, left)) {
        const kept = keep(object);
        if (kept !== undefined) items.push(kept);
      }
      count += Math.min(left, page.items.length);
      next = page.next;
      if (next === undefined && page.items.length <= left) return { items, resourceVersion };
      if (count >= most || page.items.length === 0) {
        return { items, resourceVersion, cut: `only ${count} ${RESOURCES[name].plural} were read, there are more` };
      }
      signal.throwIfAborted();
    }
  }

  async #page(
    name: ResourceName,
    options: ListOptions,
    { limit, next }: { readonly limit: number; readonly next: string | undefined },
  ): Promise<{ items: Json[]; next: string | undefined; resourceVersion: string } | "too large"> {
    const { namespace, labelSelector, fieldSelector, metadataOnly, signal } = options;
    const { text, cut } = await this.#ask(pathOf(RESOURCES[name], namespace ? { namespace } : {}), {
      query: { limit: `${limit}`, continue: next, labelSelector, fieldSelector },
      ...metadataOnly ? { accept: METADATA } : {},
      signal,
    });
    if (cut) return "too large";
    const body = this.#json(text);
    const metadata = isObject(body.metadata) ? body.metadata : {};
    if (!Array.isArray(body.items) && body.items !== null && body.items !== undefined) {
      throw new ToolError("bad_answer", `${this.who} answered with something that is no list`);
    }
    const items = (body.items as unknown[] | null | undefined ?? []).filter(isObject);
    const token = typeof metadata.continue === "string" && metadata.continue !== "" ? metadata.continue : undefined;
    return { items, next: token, resourceVersion: String(metadata.resourceVersion ?? "") };
  }

  /** One object. @throws {KubernetesError} 404 when it is not there. */
  async get(
    name: ResourceName,
    { namespace, object, signal }: { namespace?: string; object: string; signal: AbortSignal },
  ): Promise<Json> {
    const where = { name: object, ...namespace ? { namespace } : {} };
    const { text, cut } = await this.#ask(pathOf(RESOURCES[name], where), { signal, maxBytes: 2 * 2 ** 20 });
    if (cut) throw new ToolError("bad_answer", `the ${RESOURCES[name].kind} ${object} is too large to be read`);
    return this.#json(text);
  }

  /** The last lines of a container. @throws {KubernetesError} 400 when it has none yet. */
  async log(pod: { namespace: string; name: string }, options: LogOptions): Promise<string[]> {
    const { container, previous, tailLines, sinceSeconds, signal } = options;
    const { text } = await this.#ask(`${pathOf(RESOURCES.pods, pod)}/log`, {
      query: {
        container,
        previous: previous ? "true" : undefined,
        tailLines: `${tailLines}`,
        sinceSeconds: sinceSeconds === undefined ? undefined : `${sinceSeconds}`,
        limitBytes: `${LOG_BYTES}`,
      },
      accept: "text/plain, */*",
      maxBytes: LOG_BYTES,
      signal,
    });
    return text.split("\n").filter((line) => line !== "").slice(-tailLines);
  }

  /** Whether the API server calls itself ready, and its version. */
  async version(signal: AbortSignal): Promise<string> {
    const { text } = await this.#ask("/version", { signal, maxBytes: 64 * 1024 });
    return String(this.#json(text).gitVersion ?? "unknown");
  }

  /** What each pod of a namespace uses now, by metrics-server. @throws {KubernetesError} where there is none */
  async podUse(namespace: string, signal: AbortSignal): Promise<Map<string, Use>> {
    const { items } = await this.list("podMetrics", { namespace, signal }, (one) => {
      const containers = Array.isArray(one.containers) ? one.containers.filter(isObject) : [];
      return [nameIn(one), sumOf(containers.map((each) => useOf(each.usage)))] as const;
    });
    return new Map(items);
  }

  /** What each node uses now, by metrics-server. @throws {KubernetesError} where there is none */
  async nodeUse(signal: AbortSignal): Promise<Map<string, Use>> {
    const { items } = await this.list("nodeMetrics", { signal }, (one) => [nameIn(one), useOf(one.usage)] as const);
    return new Map(items);
  }

  /** The container that a pod's log is read of when none is named; undefined when there is no such pod. */
  async firstContainer(pod: { namespace: string; name: string }, signal: AbortSignal): Promise<string | undefined> {
    const found = await this.get("pods", { namespace: pod.namespace, object: pod.name, signal }).catch((error) => {
      if (error instanceof KubernetesError && error.status === 404) return undefined;
      throw error;
    });
    const containers = isObject(found?.spec) && Array.isArray(found.spec.containers) ? found.spec.containers : [];
    const [first] = containers.filter(isObject);
    return typeof first?.name === "string" ? first.name : undefined;
  }

  /** The node that an exporter runs on: by its pod, else by its address. */
  async nodeOf(
    { namespace, pod, address }: { namespace: string; pod: string; address: string },
    signal: AbortSignal,
  ): Promise<string | undefined> {
    if (namespace !== "" && pod !== "") {
      const found = await this.get("pods", { namespace, object: pod, signal }).catch(() => undefined);
      const name = isObject(found?.spec) ? found.spec.nodeName : undefined;
      if (typeof name === "string" && name !== "") return name;
    }
    if (address === "") return undefined;
    const { items } = await this.list("nodes", { signal }, (one) => {
      const metadata = isObject(one.metadata) ? one.metadata : {};
      const addresses = isObject(one.status) && Array.isArray(one.status.addresses) ? one.status.addresses : [];
      const own = metadata.name === address || addresses.some((each) => isObject(each) && each.address === address);
      return own && typeof metadata.name === "string" ? metadata.name : undefined;
    });
    return items[0];
  }

  /**
   * What changes from `resourceVersion` on, until the server ends the stream or `signal` does.
   *
   * @throws {KubernetesError} 410 when that version is gone: list again then.
   */
  async *watch(
    name: ResourceName,
    options: ListOptions & { readonly resourceVersion: string; readonly seconds?: number },
  ): AsyncGenerator<WatchEvent> {
    const { namespace, labelSelector, fieldSelector, resourceVersion, seconds = 240, signal } = options;
    const response = await this.#send(pathOf(RESOURCES[name], namespace ? { namespace } : {}), {
      query: {
        watch: "true",
        allowWatchBookmarks: "true",
        timeoutSeconds: `${seconds}`,
        resourceVersion,
        labelSelector,
        fieldSelector,
      },
      signal,
    }, false);
    if (response.status !== 200) {
      throw errorOf(response.status, (await readBounded(response.body, 64 * 1024)).text, this.who);
    }
    for await (const event of eventsIn(response.body)) {
      if (event.type === "ERROR") {
        throw errorOf(Number(event.object.code ?? 500), JSON.stringify(event.object), this.who);
      }
      yield event;
    }
  }

  async #ask(path: string, asked: Asked): Promise<{ text: string; cut: boolean }> {
    const { maxBytes = PAGE_BYTES } = asked;
    const limit = AbortSignal.timeout(REQUEST_MS);
    const signal = AbortSignal.any([asked.signal, limit]);
    let exchanged = false;
    for (let tries = 1;; tries++) {
      const response = await this.#send(path, { ...asked, signal }, exchanged);
      if (response.status === 200) return await this.#body(response, maxBytes, signal);
      const { text } = await this.#body(response, 64 * 1024, signal);
      if (response.status === 401 && !exchanged) {
        exchanged = true;
        continue;
      }
      const wait = retryAfterMs(response.headers.get("retry-after"), new Date()) ?? PAUSES_MS[tries - 1] ?? 0;
      if (!BUSY.has(response.status) || tries >= MOST_TRIES || wait > LONGEST_PAUSE_MS) {
        throw errorOf(response.status, text, this.who);
      }
      await sleep(wait, signal).catch((cause) => {
        throw asked.signal.aborted ? cause : errorOf(response.status, text, this.who);
      });
    }
  }

  async #send(
    path: string,
    { query = {}, accept = "application/json", signal }: Asked,
    again: boolean,
  ): Promise<Response> {
    const url = new URL(`${this.#connection.server}${path}`);
    for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
    try {
      const authorization = await this.#connection.credentials.header(again);
      const response = await this.#fetch(url, {
        signal,
        redirect: "error",
        headers: { accept, ...authorization === undefined ? {} : { authorization } },
        ...this.#http === undefined ? {} : { client: this.#http },
      });
      const said = Date.parse(response.headers.get("date") ?? "");
      if (!Number.isNaN(said)) this.#serverMs = said;
      return response;
    } catch (cause) {
      throw this.#failure(cause, signal);
    }
  }

  async #body(response: Response, maxBytes: number, signal: AbortSignal): Promise<{ text: string; cut: boolean }> {
    try {
      return await readBounded(response.body, maxBytes);
    } catch (cause) {
      throw this.#failure(cause, signal);
    }
  }

  #failure(cause: unknown, signal: AbortSignal): Error {
    if (cause instanceof ToolError) return cause;
    if (signal.aborted) {
      const late = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
      return late
        ? new ToolError("timeout", `${this.who} did not answer in time`, { cause })
        : new ToolError("cancelled", `the call to ${this.who} was canceled`, { cause });
    }
    const text = cause instanceof Error ? cause.message : String(cause);
    if (cause instanceof Deno.errors.NotCapable || /NotCapable|Requires net access/.test(text)) {
      return new ToolError("refused", `this agent may not connect to ${this.who}; its build did not permit that host`, {
        cause,
      });
    }
    const why = /certificate|UnknownIssuer|NotValidForName|tls/i.test(text)
      ? "its certificate is not trusted: check certificate-authority"
      : /refused/i.test(text)
      ? "connection refused"
      : /dns|lookup|resolve/i.test(text)
      ? "its name cannot be resolved"
      : /redirect/i.test(text)
      ? "it answered with a redirect"
      : "the connection failed";
    return new ToolError("unreachable", `${this.who} cannot be reached: ${why}`, { cause });
  }

  #json(text: string): Json {
    try {
      const value: unknown = parseJson(text);
      if (isObject(value)) return value;
    } catch {
      // Said below.
    }
    throw new ToolError("bad_answer", `${this.who} answered with something that is not JSON`);
  }
}

function nameIn(object: Json): string {
  return isObject(object.metadata) ? String(object.metadata.name ?? "") : "";
}

function useOf(usage: unknown): Use {
  const amount = (name: string) => isObject(usage) ? parseQuantity(String(usage[name] ?? "")) ?? 0 : 0;
  return { cores: amount("cpu"), mb: amount("memory") / 2 ** 20 };
}

function sumOf(all: readonly Use[]): Use {
  return all.reduce((sum, one) => ({ cores: sum.cores + one.cores, mb: sum.mb + one.mb }), { cores: 0, mb: 0 });
}
