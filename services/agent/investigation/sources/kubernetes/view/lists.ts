import type { Json, KubernetesClient, ListOptions, ResourceName } from "../api/mod.ts";
import { RESOURCES } from "../api/mod.ts";
import { KubernetesError } from "../api/mod.ts";
import { ToolError } from "../../../tool_error.ts";

/** What could not be read, and what was read in part. */
export interface Gaps {
  /** Kinds that the agent may not read, or that this cluster does not have. */
  readonly unread: Map<ResourceName, string>;
  readonly partial: string[];
}

/** Lists of one look at a cluster: some at once, each failure noted instead of thrown. */
export class Lists {
  readonly #client: KubernetesClient;
  readonly #signal: AbortSignal;
  readonly gaps: Gaps = { unread: new Map(), partial: [] };
  #running = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(client: KubernetesClient, signal: AbortSignal) {
    this.#client = client;
    this.#signal = signal;
  }

  /** What `keep` makes of each object; nothing where the kind cannot be read. */
  async of<T>(
    name: ResourceName,
    keep: (object: Json) => T | undefined,
    options: Omit<ListOptions, "signal"> = {},
  ): Promise<T[]> {
    return await this.#inTurn(async () => {
      try {
        const { items, cut } = await this.#client.list(name, { ...options, signal: this.#signal }, keep);
        if (cut !== undefined) this.gaps.partial.push(cut);
        return [...items];
      } catch (error) {
        this.#note(name, error);
        return [];
      }
    });
  }

  /** Runs a request beside at most five others. */
  async #inTurn<T>(body: () => Promise<T>): Promise<T> {
    while (this.#running >= MOST_AT_ONCE) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#running++;
    try {
      return await body();
    } finally {
      this.#running--;
      this.#waiting.shift()?.();
    }
  }

  async log(pod: { namespace: string; name: string }, options: {
    readonly container: string;
    readonly previous: boolean;
    readonly tailLines: number;
    readonly sinceSeconds?: number;
  }): Promise<string[]> {
    return await this.#inTurn(async () => {
      try {
        return await this.#client.log(pod, { ...options, signal: this.#signal });
      } catch (error) {
        // A container that never started has no log; a refusal is said once.
        if (error instanceof KubernetesError && error.status === 403) {
          if (!this.gaps.partial.includes(NO_LOGS)) this.gaps.partial.push(NO_LOGS);
        }
        if (!(error instanceof ToolError)) throw error;
        return [];
      }
    });
  }

  #note(name: ResourceName, error: unknown): void {
    if (!(error instanceof ToolError)) throw error;
    this.gaps.unread.set(name, `${RESOURCES[name].plural}: ${error.message}`);
  }
}

const MOST_AT_ONCE = 6;
const NO_LOGS = "the agent may not read logs of pods (pods/log)";
