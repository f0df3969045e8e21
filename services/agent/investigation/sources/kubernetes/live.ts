import { ConfigurationError } from "../../../../lib/configuration/mod.ts";
import { ToolError } from "../../tool_error.ts";
import { KubernetesClient } from "./api/mod.ts";
import type { Connected } from "../connected.ts";
import { type Connection, inCluster, kubeconfig, NO_CREDENTIALS } from "./connection/mod.ts";
import { readCluster, type Scope, type Snapshot } from "./view/mod.ts";

/** One look serves the tools that are called within this time. */
const FRESH_MS = 20_000;
const MOST_LOOKS = 8;

/** A cluster as tools ask it. */
export interface ClusterSource {
  /** What people call it. */
  name(): Promise<string>;
  /** The API's client. @throws {ToolError} `not_configured` with what is wrong with the connection's settings. */
  client(): Promise<KubernetesClient>;
  /** The part of the cluster that `scope` names, as it was at most some seconds ago. */
  look(scope: Scope, signal: AbortSignal): Promise<Snapshot>;
}

/** A cluster that is read when it is asked about; connected when it is asked first. */
export class LiveCluster implements ClusterSource {
  readonly #connect: () => Promise<Connection>;
  readonly #fetch: typeof fetch;
  readonly #now: () => Date;
  #client: Promise<KubernetesClient> | undefined;
  readonly #looks = new Map<string, { readonly at: number; readonly snapshot: Promise<Snapshot> }>();

  constructor(
    connect: () => Promise<Connection>,
    { fetch, now }: { readonly fetch: typeof globalThis.fetch; readonly now: () => Date },
  ) {
    this.#connect = connect;
    this.#fetch = fetch;
    this.#now = now;
  }

  async name(): Promise<string> {
    return (await this.client()).connection.name;
  }

  async client(): Promise<KubernetesClient> {
    this.#client ??= this.#connect().then((connection) => new KubernetesClient(connection, { fetch: this.#fetch }));
    try {
      return await this.#client;
    } catch (cause) {
      this.#client = undefined;
      if (!(cause instanceof ConfigurationError)) throw cause;
      throw new ToolError("not_configured", cause.message, { cause });
    }
  }

  async look(scope: Scope, signal: AbortSignal): Promise<Snapshot> {
    const key = JSON.stringify([scope.namespaces, scope.nodes, [...scope.near]]);
    const known = this.#looks.get(key);
    if (known !== undefined && Date.now() - known.at < FRESH_MS) return await known.snapshot;
    const client = await this.client();
    const snapshot = readCluster(client, scope, { signal, now: this.#now });
    this.#looks.set(key, { at: Date.now(), snapshot });
    if (this.#looks.size > MOST_LOOKS) this.#looks.delete(this.#looks.keys().next().value!);
    try {
      return await snapshot;
    } catch (error) {
      this.#looks.delete(key);
      throw error;
    }
  }
}

/** The first cluster that `connections` has; undefined when it has none. */
export function liveCluster(
  connected: Connected,
  deps: { readonly fetch: typeof globalThis.fetch; readonly now: () => Date },
): LiveCluster | undefined {
  const [name] = connected.named("kubernetes");
  if (name === undefined) return undefined;
  const { connection: { kubeconfig: path, context, url }, fetch } = connected.open(name, "kubernetes");
  if (url !== undefined) {
    // Its credentials and certificates are added where requests over connections are sent.
    const connection = { name, server: url, tls: {}, credentials: NO_CREDENTIALS };
    return new LiveCluster(() => Promise.resolve(connection), { ...deps, fetch });
  }
  return new LiveCluster(async () => {
    const found = path === undefined ? await inCluster() : await kubeconfig(path, { context });
    return { ...found, name };
  }, deps);
}
