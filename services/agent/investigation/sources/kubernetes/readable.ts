import { KubernetesError, type ResourceName, RESOURCES } from "./api/mod.ts";
import type { ClusterSource } from "./live.ts";

/** What of a cluster can be read. */
export interface Readable {
  readonly name: string;
  readonly version: string;
  /** Kinds that the account may not read. */
  readonly refused: readonly string[];
}

/**
 * Asks for one object of each kind that is ever read.
 *
 * @throws {ToolError} when the API server cannot be reached, or does not know the account.
 */
export async function readable(source: ClusterSource, signal: AbortSignal): Promise<Readable> {
  const client = await source.client();
  const version = await client.version(signal);
  const refused: string[] = [];
  await Promise.all((Object.keys(RESOURCES) as ResourceName[]).map(async (name) => {
    try {
      await client.list(name, { most: 1, pageSize: 1, signal }, () => undefined);
    } catch (error) {
      // A cluster without metrics-server has no such kind.
      if (!(error instanceof KubernetesError)) throw error;
      if (error.status === 403) refused.push(nameOf(name));
    }
  }));
  return { name: await source.name(), version, refused: refused.toSorted() };
}

/** `deployments.apps`, as kubectl calls it. */
function nameOf(name: ResourceName): string {
  const { plural, group } = RESOURCES[name];
  return group === "" ? plural : `${plural}.${group}`;
}
