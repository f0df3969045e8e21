import type { ContainerState, Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, latest, once, type Quote, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";

const RECENT_SECONDS = 1_800;

/** A container is killed because it needs more memory than its limit, at start or later. */
export const outOfMemory: Rule = {
  name: "out_of_memory",
  group: "runtime",
  causes: ["out_of_memory"],
  looksAt: ["last states of containers", "memory limits", "FailedCreatePodSandBox and OOMKilling events"],
  find: (view) => once(view.cluster.pods.flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  if (pod.deleting || pod.phase === "Succeeded") return [];
  const killed = pod.containers.find((one) => wasKilled(one));
  const sandbox = latest(view.eventsOf(pod), /^(FailedCreatePodSandBox|Failed|OOMKilling)$/, /OOM|out of memory/i);
  const waits = pod.containers.some((one) => one.state === "waiting");
  if (!killed && !(sandbox && waits)) return [];
  const container = pod.spec.containers.find((one) => one.name === killed?.name) ?? pod.spec.containers[0];
  const limit = container?.limits.memoryBytes;
  const quotes: Quote[] = [];
  if (killed) {
    const reason = killed.reason === "OOMKilled" ? "state.terminated.reason" : "lastState.terminated.reason";
    quotes.push(quote(refOf(pod), `status.containerStatuses[${killed.name}].${reason}`, "OOMKilled"));
  }
  if (sandbox) quotes.push(quoteEvent(sandbox));
  if (limit !== undefined) {
    quotes.push(quote(refOf(pod), `spec.containers[${container?.name}].resources.limits.memory`, `${limit} bytes`));
  }
  return [{
    group: "runtime",
    cause: "out_of_memory",
    object: ownerRef(pod),
    says: `Container ${container?.name} of ${pod.name} is killed: it needs more memory than its limit${
      limit === undefined ? "" : ` of ${Math.round(limit / 2 ** 20)} MiB`
    }.`,
    for: quotes,
    against: [],
    certainty: 0.95,
    explains: [refOf(pod)],
    fix: [
      kubectl(
        "set resources",
        ownerRef(pod),
        `-c ${shellWord(container?.name ?? "<container>")} --limits=memory=<more>`,
      ),
    ],
  }];
}

/** Killed now, or so often and so recently that it goes on; one kill long ago is over. */
function wasKilled(one: ContainerState): boolean {
  if (one.reason === "OOMKilled") return true;
  if (one.last?.reason !== "OOMKilled") return false;
  const recent = (one.last.agoSeconds ?? 0) < RECENT_SECONDS;
  return recent || !one.ready && one.state === "waiting";
}
