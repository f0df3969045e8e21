import type { Pod } from "../objects.ts";
import { ownerRef, refOf, type View } from "../view.ts";
import { type Finding, kubectl, latest, once, type Quote, quote, quoteEvent, type Rule, shellWord } from "./rule.ts";

const ABSENT = /(secret|configmap) "([^"]+)" not found/i;
const NO_KEY = /couldn't find key (\S+) in (Secret|ConfigMap) (\S+)|references non-existent (secret|config) key/i;

/** A container or a volume needs a Secret, a ConfigMap or a key in one that is not there. */
export const missingConfig: Rule = {
  name: "missing_config",
  group: "start-up",
  causes: ["missing_secret", "missing_config_map", "missing_key"],
  looksAt: ["container states", "Failed and FailedMount events", "names and keys of Secrets and ConfigMaps"],
  find: (view) => once(view.troubled().flatMap((pod) => ofPod(view, pod))),
};

function ofPod(view: View, pod: Pod): Finding[] {
  const waiting = pod.containers.find((one) =>
    one.state === "waiting" &&
    /^(CreateContainerConfigError|ContainerCreating|PodInitializing)$/.test(one.reason ?? "")
  );
  if (!waiting) return [];
  const event = latest(view.eventsOf(pod), /^(Failed|FailedMount)$/, /not found|couldn't find key|non-existent/);
  const said = `${waiting.message ?? ""}\n${event?.message ?? ""}`.slice(0, 4_000);
  const absent = said.match(ABSENT);
  const noKey = said.match(NO_KEY);
  if (!absent && !noKey) return [];
  const isSecret = absent ? /secret/i.test(absent[1] ?? "") : /secret/i.test(noKey?.[0] ?? "");
  const name = absent?.[2] ?? noKey?.[3]?.split("/").pop() ?? "";
  const list = isSecret ? view.cluster.secrets : view.cluster.configMaps;
  if (absent && list.some((one) => one.namespace === pod.namespace && one.name === name)) return [];
  const what = isSecret ? "Secret" : "ConfigMap";
  const quotes: Quote[] = event ? [quoteEvent(event)] : [
    quote(refOf(pod), `status.containerStatuses[${waiting.name}].state.waiting.message`, waiting.message ?? ""),
  ];
  const others = list.filter((one) => one.namespace === pod.namespace).map((one) => one.name);
  const command = isSecret ? "create secret generic" : "create configmap";
  return [{
    group: "start-up",
    cause: noKey && !absent ? "missing_key" : isSecret ? "missing_secret" : "missing_config_map",
    object: ownerRef(pod),
    says: absent
      ? `Pod ${pod.name} cannot start: ${what} ${name} does not exist in ${pod.namespace}.`
      : `Pod ${pod.name} cannot start: ${what} ${name} lacks the key ${noKey?.[1] ?? "that it names"}.`,
    for: quotes,
    against: [],
    certainty: 0.95,
    explains: [refOf(pod)],
    fix: [
      `kubectl get ${isSecret ? "secrets" : "configmaps"} -n ${shellWord(pod.namespace)}${
        others.length > 0 ? `  # there are: ${others.slice(0, 5).join(", ")}` : ""
      }`,
      `kubectl ${command} ${shellWord(name)} -n ${shellWord(pod.namespace)} --from-literal=<key>=<value>`,
      kubectl("edit", ownerRef(pod)),
    ],
  }];
}
