import { isObject, type Json, type Resource, RESOURCES } from "../api/mod.ts";

/** A request as the server saw it. */
export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | null;
}

/** How the server misbehaves. */
export interface Behavior {
  /** Accepted value of `authorization`; default: any. */
  token?: string;
  /** Kinds by their plural that answer 403. */
  readonly forbidden?: readonly string[];
  /** Requests that are answered 429 before one is served. */
  busy?: number;
  /** Continue tokens that are answered 410. */
  expired?: number;
  /** Before each answer. */
  readonly slowMs?: number;
  /** Most objects of a page, whatever was asked for. */
  readonly pageSize?: number;
  /** Text of each answer in place of what it should be. */
  readonly garbage?: string;
  /** Events of a watch by plural, one list a connection; a number ends it with an error of that code. */
  readonly watches?: Readonly<Record<string, (Json | number)[][]>>;
}

/** Serves objects as a cluster's API server does; nothing else than GET, as for an account that may only read. */
export class FakeCluster {
  readonly requests: Seen[] = [];
  readonly #objects: readonly Json[];
  readonly #logs: Readonly<Record<string, readonly string[]>>;
  readonly #now: Date;
  readonly behavior: Behavior;

  constructor(
    objects: readonly Json[],
    { logs = {}, now = new Date("2026-03-01T12:00:00Z"), behavior = {} }: {
      /** Lines by `namespace/pod/container`, with `/previous` for the one before. */
      readonly logs?: Readonly<Record<string, readonly string[]>>;
      readonly now?: Date;
      readonly behavior?: Behavior;
    } = {},
  ) {
    this.#objects = objects;
    this.#logs = logs;
    this.#now = now;
    this.behavior = behavior;
  }

  /** Usable as `fetch`, on any host. */
  readonly fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    const { client: _client, ...rest } = (init ?? {}) as RequestInit & { client?: unknown };
    const request = new Request(input, rest);
    const response = await this.answer(request);
    request.signal.throwIfAborted();
    return response;
  }) as typeof globalThis.fetch;

  /** Usable as a server's handler. */
  async answer(request: Request): Promise<Response> {
    const url = new URL(request.url);
    this.requests.push({
      method: request.method,
      path: url.pathname,
      query: url.searchParams,
      authorization: request.headers.get("authorization"),
    });
    const { behavior } = this;
    if (behavior.slowMs !== undefined) await pause(behavior.slowMs, request.signal);
    if (request.method !== "GET") return this.#status(405, "MethodNotAllowed", "this account may only read");
    if (behavior.token !== undefined && request.headers.get("authorization") !== `Bearer ${behavior.token}`) {
      return this.#status(401, "Unauthorized", "Unauthorized");
    }
    if ((behavior.busy ?? 0) > 0) {
      behavior.busy!--;
      return this.#status(429, "TooManyRequests", "too many requests, please try again later", { "retry-after": "0" });
    }
    if (behavior.garbage !== undefined) return new Response(behavior.garbage, { headers: this.#headers() });
    return this.#route(url);
  }

  #route(url: URL): Response {
    if (url.pathname === "/version") return this.#json({ major: "1", minor: "35", gitVersion: "v1.35.0" });
    const parts = url.pathname.replace(/^\/base(?=\/)/, "").split("/").filter((part) => part !== "").map(
      decodeURIComponent,
    );
    const [group, version, rest] = parts[0] === "api"
      ? ["", parts[1] ?? "", parts.slice(2)]
      : [parts[1] ?? "", parts[2] ?? "", parts.slice(3)];
    const namespace = rest[0] === "namespaces" && rest.length > 2 ? rest[1] : undefined;
    const [plural, name, sub] = namespace === undefined ? rest : rest.slice(2);
    const resource = Object.values(RESOURCES).find((one) =>
      one.group === group && one.version === version && one.plural === plural
    );
    if (resource === undefined) {
      return this.#status(404, "NotFound", "the server could not find the requested resource");
    }
    if (this.behavior.forbidden?.includes(sub === undefined ? resource.plural : `${resource.plural}/${sub}`)) {
      const what = `${resource.plural} is forbidden: User "agent" cannot list resource "${resource.plural}"`;
      return this.#status(403, "Forbidden", what);
    }
    if (sub === "log") return this.#log(url, `${namespace}/${name}`);
    if (name !== undefined) return this.#one(resource, { namespace, name });
    if (url.searchParams.get("watch") === "true") return this.#watch(resource);
    return this.#list(resource, namespace, url.searchParams);
  }

  #of(resource: Resource, namespace: string | undefined): Json[] {
    const apiVersion = resource.group === "" ? resource.version : `${resource.group}/${resource.version}`;
    return this.#objects.filter((one) =>
      one.kind === resource.kind && one.apiVersion === apiVersion &&
      (namespace === undefined || metadataOf(one).namespace === namespace)
    );
  }

  #one(resource: Resource, { namespace, name }: { namespace: string | undefined; name: string }): Response {
    const found = this.#of(resource, namespace).find((one) => metadataOf(one).name === name);
    return found === undefined
      ? this.#status(404, "NotFound", `${resource.plural} "${name}" not found`)
      : this.#json(found);
  }

  #list(resource: Resource, namespace: string | undefined, query: URLSearchParams): Response {
    const wanted = selector(query.get("fieldSelector"), fieldOf);
    const labels = selector(query.get("labelSelector"), (one, key) => {
      const all = metadataOf(one).labels;
      return isObject(all) ? all[key] : undefined;
    });
    const all = this.#of(resource, namespace).filter((one) => wanted(one) && labels(one));
    const from = Number(query.get("continue") ?? 0);
    if (from > 0 && (this.behavior.expired ?? 0) > 0) {
      this.behavior.expired!--;
      return this.#status(410, "Expired", "The provided continue parameter is too old");
    }
    const limit = Math.min(Number(query.get("limit") || Infinity), this.behavior.pageSize ?? Infinity);
    const items = all.slice(from, from + limit);
    const more = from + items.length < all.length;
    return this.#json({
      apiVersion: resource.group === "" ? resource.version : `${resource.group}/${resource.version}`,
      kind: `${resource.kind}List`,
      metadata: { resourceVersion: "1000", ...more ? { continue: `${from + items.length}` } : {} },
      items,
    });
  }

  #watch(resource: Resource): Response {
    const script = this.behavior.watches?.[resource.plural]?.shift() ?? [];
    const lines = script.map((one) =>
      typeof one === "number"
        ? { type: "ERROR", object: { kind: "Status", code: one, message: "too old resource version" } }
        : one
    );
    return new Response(lines.map((one) => `${JSON.stringify(one)}\n`).join(""), { headers: this.#headers() });
  }

  #log(url: URL, pod: string): Response {
    const container = url.searchParams.get("container") ?? "";
    const previous = url.searchParams.get("previous") === "true" ? "/previous" : "";
    const lines = this.#logs[`${pod}/${container}${previous}`];
    if (lines === undefined) {
      return previous === ""
        ? new Response("", { headers: this.#headers("text/plain") })
        : this.#status(400, "BadRequest", "previous terminated container not found");
    }
    const tail = Number(url.searchParams.get("tailLines") || 1_000);
    return new Response(lines.slice(-tail).join("\n") + "\n", { headers: this.#headers("text/plain") });
  }

  #json(body: unknown): Response {
    return new Response(JSON.stringify(body), { headers: this.#headers() });
  }

  #status(code: number, reason: string, message: string, headers: Record<string, string> = {}): Response {
    const body = { apiVersion: "v1", kind: "Status", metadata: {}, status: "Failure", code, reason, message };
    return new Response(JSON.stringify(body), { status: code, headers: { ...this.#headers(), ...headers } });
  }

  #headers(type = "application/json"): Record<string, string> {
    return { "content-type": type, date: this.#now.toUTCString() };
  }
}

function metadataOf(object: Json): Json {
  return isObject(object.metadata) ? object.metadata : {};
}

/** `a=b,c!=d` as a test of objects. */
function selector(text: string | null, valueOf: (object: Json, key: string) => unknown): (object: Json) => boolean {
  const parts = (text ?? "").split(",").filter((part) => part !== "").map((part) => /^(.+?)(!=|==?)(.*)$/.exec(part));
  return (object) =>
    parts.every((part) => part !== null && (valueOf(object, part[1]!) === part[3]) === (part[2] !== "!="));
}

function fieldOf(object: Json, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => isObject(value) ? value[key] : undefined, object);
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}
