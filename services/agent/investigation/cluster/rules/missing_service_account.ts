import { refOf } from "../view.ts";
import { refusedPods } from "./refused_pods.ts";
import { type Finding, kubectl, once, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";

const NOT_FOUND = /service ?account "?([^"\s]+?)"? not found/;

/** Pods name a service account that does not exist. One that exists by now was only late, which heals by itself. */
export const missingServiceAccount: Rule = {
  name: "missing_service_account",
  group: "admission",
  causes: ["missing_service_account"],
  looksAt: ["FailedCreate events", "ServiceAccounts", "pod templates"],
  find(view) {
    return once(
      refusedPods(view, NOT_FOUND).flatMap(({ workload, event }): Finding[] => {
        const account = event.message.match(NOT_FOUND)?.[1] ?? "";
        const exists = view.cluster.serviceAccounts.some((one) =>
          one.namespace === workload.namespace && one.name === account
        );
        if (exists) return [];
        const object = refOf(workload);
        return [{
          group: "admission",
          cause: "missing_service_account",
          object,
          says:
            `Pods of ${workload.name} are refused: service account ${account} does not exist in ${workload.namespace}.`,
          for: [
            quoteEvent(event),
            ...workload.template.serviceAccount
              ? [quote(object, "spec.template.spec.serviceAccountName", workload.template.serviceAccount)]
              : [],
          ],
          against: [],
          certainty: 0.96,
          explains: [],
          fix: [
            `kubectl get serviceaccounts -n ${shellWord(workload.namespace)}`,
            kubectl("set serviceaccount", object, "<one that exists>"),
            `kubectl create serviceaccount ${shellWord(account)} -n ${shellWord(workload.namespace)}`,
          ],
        }];
      }),
    );
  },
};
