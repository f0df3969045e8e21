import type { Pod } from "../objects.ts";
import { ownerRef, refOf } from "../view.ts";
import { around, isSidecar, logLine } from "./log_lines.ts";
import { type Finding, kubectl, once, type Quote, quote, type Rule } from "./rule.ts";

const IN_USE =
  /address already in use|EADDRINUSE|port \d+ (is|was) already in use|bind: address in use|only one usage of each socket/i;

/** Two containers of one pod want the same port; they share one network, so the second cannot listen. */
export const portConflict: Rule = {
  name: "port_conflict",
  group: "runtime",
  causes: ["port_conflict"],
  looksAt: ["container ports", "sidecars' annotations", "last log lines", "restarts"],
  find(view) {
    return once(
      view.troubled().flatMap((pod): Finding[] => {
        const failing = pod.containers.find((one) => !one.init && !one.ready && one.restarts > 0);
        const line = failing && logLine(view, pod, (text) => IN_USE.test(text));
        const twice = takenTwice(pod);
        if (!failing || (!line && twice.length === 0)) return [];
        return [{
          group: "runtime",
          cause: "port_conflict",
          object: ownerRef(pod),
          says:
            `Container ${failing.name} of ${pod.name} cannot listen: its port is taken by another container of the pod.`,
          for: [...line ? [quote(refOf(pod), "logs", around(line, IN_USE))] : [], ...twice],
          against: [],
          certainty: line ? 0.94 : 0.75,
          explains: [refOf(pod)],
          fix: [kubectl("edit", ownerRef(pod), "# give one of the two another port")],
        }];
      }),
    );
  },
};

function takenTwice(pod: Pod): Quote[] {
  const own = pod.spec.containers.filter((one) => !one.init);
  const app = own.filter((one) => !isSidecar(one.name)).flatMap((one) => one.ports.map((port) => port.port));
  const found: Quote[] = [];
  for (const [index, container] of own.entries()) {
    for (const { port } of container.ports) {
      if (own.slice(index + 1).some((other) => other.ports.some((one) => one.port === port))) {
        found.push(quote(refOf(pod), `spec.containers[${container.name}].ports`, String(port)));
      }
    }
  }
  for (const [key, value] of Object.entries(pod.spec.annotations)) {
    const port = value.slice(0, 2_000).match(/(?:statusPort|adminPort|inboundPort)"?\s*:\s*"?(\d+)/)?.[1];
    if (port && app.includes(Number(port))) found.push(quote(refOf(pod), `metadata.annotations[${key}]`, value));
  }
  return found;
}
