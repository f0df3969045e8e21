import { refOf } from "../view.ts";
import { refusedPods } from "./refused_pods.ts";
import { type Finding, kubectl, once, quoteEvent, type Rule } from "./rule.ts";

const KINDS: { cause: string; message: RegExp; says: string; fix: string[] }[] = [
  {
    cause: "limit_range",
    message: /(maximum|minimum) (cpu|memory|storage|ephemeral-storage) (usage|limit)|LimitRange|must specify limits/i,
    says: "a limit range refuses what their containers ask for",
    fix: ["kubectl describe limitrange -n {namespace}"],
  },
  {
    cause: "webhook_unavailable",
    message: /failed calling webhook|failed to call webhook/,
    says: "an admission webhook cannot be called",
    fix: ["kubectl get mutatingwebhookconfigurations,validatingwebhookconfigurations"],
  },
  {
    cause: "webhook_denied",
    message: /admission webhook "[^"]+" denied the request/,
    says: "an admission webhook denies them",
    fix: ["kubectl get validatingwebhookconfigurations"],
  },
  {
    cause: "pod_security",
    message: /violates PodSecurity|unable to validate against any (pod )?security/,
    says: "the namespace's Pod Security level does not allow them",
    fix: ["kubectl get namespace {namespace} --show-labels"],
  },
];

/** A limit range, a webhook or the Pod Security level refuses pods. */
export const refusedByPolicy: Rule = {
  name: "refused_by_policy",
  group: "admission",
  causes: KINDS.map((one) => one.cause),
  looksAt: ["FailedCreate events"],
  find(view) {
    return once(KINDS.flatMap((kind) =>
      refusedPods(view, kind.message).map(({ workload, event }): Finding => ({
        group: "admission",
        cause: kind.cause,
        object: refOf(workload),
        says: `Pods of ${workload.name} are refused: ${kind.says}.`,
        for: [quoteEvent(event)],
        against: [],
        certainty: 0.95,
        explains: [],
        fix: [
          ...kind.fix.map((line) => line.replace("{namespace}", workload.namespace)),
          kubectl("edit", refOf(workload)),
        ],
      }))
    ));
  },
};
