import type { Container, Event, Pod, Probe } from "../objects.ts";
import { ownerRef, refOf, stateOf, type View } from "../view.ts";
import { isSidecar } from "./log_lines.ts";
import { meantProbe } from "./rewritten_probe.ts";
import { type Finding, kubectl, latest, once, quote, quoteEvent, type Rule } from "./rule.ts";

type Which = "liveness" | "readiness" | "startup";

/** A server that speaks another protocol than the probe answers, only not what the probe can read. */
const OTHER_PROTOCOL =
  /malformed HTTP|HTTP\/1\.x transport connection broken|server gave HTTP response to HTTPS|first record does not look like a TLS|http2:? |error reading server preface|Unimplemented|unknown service grpc\.health|does not implement the grpc health|frame too large|tls: |EOF/i;
const NOT_OPEN =
  /connection refused|failed to connect|i\/o timeout|context deadline exceeded|no route to host|statuscode: 50[0234]/i;

/** A probe asks the wrong port, in the wrong protocol, or gives the container no time to start. */
export const probeFails: Rule = {
  name: "probe_fails",
  group: "runtime",
  causes: ["liveness", "readiness", "startup"].flatMap((one) => [
    `${one}_probe_protocol`,
    `${one}_probe_port`,
    `${one}_probe_timing`,
    `${one}_probe_path`,
  ]),
  looksAt: ["Unhealthy and Killing events", "probes", "container ports and states"],
  find(view) {
    return once(
      view.cluster.pods.flatMap((pod): Finding[] =>
        pod.deleting
          ? []
          : pod.spec.containers.filter((one) => !one.init && !isSidecar(one.name)).flatMap((container) =>
            (["liveness", "startup", "readiness"] as const).flatMap((which) => {
              const probe = container[which] && meantProbe(pod, container, container[which]);
              return probe ? ofProbe(view, pod, { container, which, probe }) : [];
            })
          )
      ),
    );
  },
};

interface Asked {
  container: Container;
  which: Which;
  probe: Probe;
}

function ofProbe(view: View, pod: Pod, asked: Asked): Finding[] {
  const { container, which, probe } = asked;
  const state = stateOf(pod, container);
  if (!state) return [];
  const events = view.eventsOf(pod);
  const unhealthy = latest(events, /^Unhealthy$/, new RegExp(`^${which} probe (failed|errored)`, "i"));
  if (!unhealthy) return [];
  const killing = latest(
    events,
    /^Killing$/,
    new RegExp(`failed ${which === "readiness" ? "(never)" : which} probe`, "i"),
  );
  if (which === "readiness" ? state.ready || state.state !== "running" : !killing || state.restarts < 1) return [];
  // A container that is still within the time that its probe gives it is starting, not failing.
  const graceSeconds = probe.delaySeconds + probe.periodSeconds * probe.failures;
  if (which === "readiness" && (pod.ageSeconds ?? Infinity) < graceSeconds + 15) return [];
  const kind = kindOf(pod, asked, unhealthy);
  // A container that ends again and again is not ready either; only a probe that cannot succeed is to blame then.
  if (!kind || which === "readiness" && state.restarts > 0 && kind.certainty < 0.95) return [];
  return [finding(pod, asked, { unhealthy, killing, ...kind })];
}

function kindOf(pod: Pod, { container, which, probe }: Asked, unhealthy: Event) {
  const port = portNumber(container, probe);
  const open = new Set(container.ports.map((one) => one.port));
  const elsewhere = port !== undefined && open.size > 0 && !open.has(port);
  if (OTHER_PROTOCOL.test(unhealthy.message)) return { kind: "protocol", certainty: 0.95 };
  if (elsewhere && NOT_OPEN.test(unhealthy.message)) return { kind: "port", certainty: 0.95 };
  const others = (["liveness", "readiness", "startup"] as const).filter((one) => one !== which)
    .flatMap((one) => (container[one] && meantProbe(pod, container, container[one])) ?? []);
  const sameAsk = others.find((one) => portNumber(container, one) === port && one.kind !== probe.kind);
  const ready = stateOf(pod, container)?.ready;
  if (sameAsk && (ready || !NOT_OPEN.test(unhealthy.message))) {
    return { kind: /statuscode: 404/.test(unhealthy.message) ? "path" : "protocol", certainty: 0.85 };
  }
  if (/statuscode: 404/.test(unhealthy.message)) return { kind: "path", certainty: 0.85 };
  const patienceSeconds = probe.delaySeconds + probe.periodSeconds * probe.failures;
  if (which !== "readiness" && patienceSeconds <= 10 && NOT_OPEN.test(unhealthy.message)) {
    return { kind: "timing", certainty: 0.88 };
  }
  const ran = stateOf(pod, container)?.last?.ranSeconds;
  if (which !== "readiness" && ran !== undefined && ran <= patienceSeconds + 5 && patienceSeconds < 30) {
    return { kind: "timing", certainty: 0.8 };
  }
  return undefined;
}

function portNumber(container: Container, probe: Probe): number | undefined {
  if (typeof probe.port === "number") return probe.port;
  return container.ports.find((one) => one.name === probe.port)?.port;
}

function finding(
  pod: Pod,
  { container, which, probe }: Asked,
  said: { unhealthy: Event; killing: Event | undefined; kind: string; certainty: number },
): Finding {
  const ports = container.ports.map((one) => one.port).join(", ");
  const why: Record<string, string> = {
    protocol: `it asks by ${probe.kind} what answers in another protocol`,
    port: `it asks port ${probe.port}, the container listens on ${ports}`,
    path: `the path ${probe.path ?? ""} is not there`,
    timing: `it gives up ${probe.delaySeconds + probe.periodSeconds * probe.failures} s after the start`,
  };
  return {
    group: "runtime",
    cause: `${which}_probe_${said.kind}`,
    object: ownerRef(pod),
    says: `The ${which} probe of container ${container.name} in ${pod.name} fails: ${why[said.kind] ?? ""}.`,
    for: [
      quoteEvent(said.unhealthy),
      quote(
        refOf(pod),
        `spec.containers[${container.name}].${which}Probe`,
        `${probe.kind} port ${
          probe.port ?? ""
        } delay ${probe.delaySeconds}s period ${probe.periodSeconds}s failures ${probe.failures}`,
      ),
      ...ports ? [quote(refOf(pod), `spec.containers[${container.name}].ports`, ports)] : [],
      ...said.killing ? [quoteEvent(said.killing)] : [],
    ],
    against: [],
    certainty: said.certainty,
    explains: [refOf(pod)],
    fix: [kubectl("edit", ownerRef(pod), `# correct ${which}Probe of container ${container.name}`)],
  };
}
