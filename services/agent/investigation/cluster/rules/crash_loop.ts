import type { ContainerState, Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, once, quote, type Rule } from "./rule.ts";

const CODES: Record<number, string> = {
  0: "it ends by itself although it should keep running",
  1: "it ends with an error of its own",
  2: "it ends with an error of its own, often a wrong argument",
  134: "it aborts itself (SIGABRT)",
  137: "it is killed (SIGKILL)",
  139: "it crashes (SIGSEGV)",
  143: "it is asked to end (SIGTERM)",
};
const FAILING = /error|exception|fatal|panic|fail|cannot|could not|refused|denied|not found|undefined|missing|invalid/i;

/** A container ends again and again, and no other rule says why: its exit code and its last words are what there is. */
export const crashLoop: Rule = {
  name: "crash_loop",
  group: "runtime",
  causes: ["crash_loop", "init_container_fails"],
  looksAt: ["restarts", "exit codes", "last log lines"],
  find: (view) => once(view.troubled().flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  const failing = pod.containers.find(isCrashing);
  if (!failing) return [];
  const code = failing.last?.exitCode ?? failing.exitCode;
  const line = view.linesOf(pod.owner ?? pod).findLast((text) => FAILING.test(text));
  return [{
    group: "runtime",
    cause: failing.init ? "init_container_fails" : "crash_loop",
    object: ownerRef(pod),
    says: `Container ${failing.name} of ${pod.name} ends again and again: ${
      CODES[code ?? -1] ?? `it ends with code ${code ?? "unknown"}`
    }.`,
    for: [
      quote(
        refOf(pod),
        `status.containerStatuses[${failing.name}]`,
        `restarts ${failing.restarts}, exit code ${code ?? "unknown"}`,
      ),
      ...line ? [quote(refOf(pod), "logs", line)] : [],
    ],
    against: [],
    certainty: 0.5,
    explains: [refOf(pod)],
    fix: [
      kubectl("logs", refOf(pod), `-c ${failing.name} --previous`),
      kubectl("rollout undo", ownerRef(pod), "# if it began with the last rollout"),
    ],
  }];
}

function isCrashing(one: ContainerState): boolean {
  return !one.ready && one.restarts >= 2 &&
    (one.reason === "CrashLoopBackOff" || one.state === "terminated" || one.last !== undefined);
}
