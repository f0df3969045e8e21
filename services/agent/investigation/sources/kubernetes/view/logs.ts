import { type Cluster, isReady, type Log, type Pod } from "../../../cluster/mod.ts";
import type { Lists } from "./lists.ts";

const TAIL = 200;
const SINCE_SECONDS = 3_600;
/** Most containers whose log is read, and most of one workload. */
const MOST = 24;
const MOST_OF_ONE = 2;
const MOST_WELL = 12;

/** A container whose log is of use. */
interface Wanted {
  readonly pod: Pod;
  readonly container: string;
  readonly previous: boolean;
}

/** The logs that may tell why: first of pods in trouble, then one of each workload that `near` holds, then of others. */
export async function readLogs(
  cluster: Cluster,
  { lists, near }: { readonly lists: Lists; readonly near: ReadonlySet<string> },
): Promise<Log[]> {
  const logs = await Promise.all(
    wantedLogs(cluster, near).map(async ({ pod, container, previous }): Promise<Log> => {
      // What was said long ago by a container that runs says nothing about now.
      const since = previous ? {} : { sinceSeconds: SINCE_SECONDS };
      const lines = await lists.log(pod, { container, previous, tailLines: TAIL, ...since });
      const workload = pod.owner?.name ?? pod.name;
      return { namespace: pod.namespace, workload, pod: pod.name, container, ...previous ? { previous } : {}, lines };
    }),
  );
  return logs.filter((one) => one.lines.length > 0);
}

function wantedLogs(cluster: Cluster, near: ReadonlySet<string>): Wanted[] {
  const alive = cluster.pods.filter((pod) =>
    !pod.deleting && pod.containers.some((one) => one.state !== "waiting" || one.restarts > 0)
  );
  const troubled = alive.filter((pod) => !isReady(pod) && pod.phase !== "Succeeded" || restartedLately(pod));
  const well = alive.filter((pod) => isReady(pod) && !troubled.includes(pod));
  const nearFirst = (one: Pod, other: Pod) => Number(near.has(keyOf(other))) - Number(near.has(keyOf(one)));
  const found: Wanted[] = [];
  const perWorkload = new Map<string, number>();
  const add = (pod: Pod, mostOfOne: number) => {
    const key = `${pod.namespace}/${pod.owner?.name ?? pod.name}`;
    const known = perWorkload.get(key) ?? 0;
    if (known >= mostOfOne || found.length >= MOST) return;
    perWorkload.set(key, known + 1);
    found.push(...containersOf(pod).slice(0, MOST - found.length));
  };
  for (const pod of troubled.toSorted(nearFirst)) add(pod, MOST_OF_ONE);
  for (const pod of well.toSorted(nearFirst).slice(0, MOST_WELL * 10)) {
    if (perWorkload.size >= MOST_WELL + troubled.length) break;
    add(pod, 1);
  }
  return found;
}

/** The containers that run or ended; of one that ended or was started again, its log before that, too. */
function containersOf(pod: Pod): Wanted[] {
  const own = pod.containers.filter((one) => one.state !== "waiting" || one.restarts > 0);
  const failing = own.filter((one) => !one.ready || one.restarts > 0);
  return [...new Set([...failing, ...own.filter((one) => !one.init)])].slice(0, 3).flatMap((
    { name, restarts, state },
  ) => [
    ...state === "waiting" ? [] : [{ pod, container: name, previous: false }],
    ...restarts > 0 ? [{ pod, container: name, previous: true }] : [],
  ]);
}

function restartedLately(pod: Pod): boolean {
  return pod.containers.some((one) => one.restarts > 0 && (one.last?.agoSeconds ?? Infinity) < SINCE_SECONDS);
}

function keyOf(pod: Pod): string {
  return `${pod.namespace}/${pod.owner?.name ?? pod.name}`;
}
