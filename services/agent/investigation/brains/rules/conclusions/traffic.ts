import { nameOf } from "../draft.ts";
import { errorState } from "../../../signals/mod.ts";
import { milliseconds, perSecond } from "../wording.ts";
import { type Conclusion, healthy, trafficNote, writer } from "./common.ts";

/** More requests than the service can take. */
export const surge: Conclusion = (signals, situation) => {
  const { rate, latency: slow, errors, cpu: busy } = signals;
  const out = writer(signals, situation);
  trafficNote(out, signals, true);
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().instances(errors, "error_percent");
  if (slow.rows.length > 0) {
    const row = slow.rows[0]!;
    const value = row.latency_p95_ms ?? row.peak.latency_p95_ms?.value ?? 0;
    out.cause(
      `The instances cannot keep up: the 95th percentile on ${nameOf(row)} is ${milliseconds(value)}.`,
      signals.instances!.id,
    );
  }
  out.instances(busy, "cpu_cores").instances(slow, "latency_p95_ms");
  return out.step("Scale up.", "See who sends the requests (the balancer's log), and limit them if nobody should.")
    .finish({
      verdict: "cause_found",
      category: "traffic_surge",
      fix: `Add instances until the load per instance is what it was, or limit the sender; ${
        rate!.result.before.requests_per_second === null
          ? "the usual load is not known"
          : `usual are ${perSecond(rate!.result.before.requests_per_second)}`
      }.`,
      instances: [...new Set([...slow.rows, ...busy.rows])].map(nameOf),
    });
};

/** Requests that stopped coming. */
export const drop: Conclusion = (signals, situation) => {
  const out = writer(signals, situation);
  trafficNote(out, signals, true);
  healthy(out, signals);
  const aboutTraffic = situation.alerts.some((alert) =>
    /traffic|no.?requests|requests?.?(rate.?)?(low|drop|absent|missing)/i.test(alert.labels.alertname ?? "")
  );
  return out.step("Look before the service: the balancer, the network, the callers.").finish({
    verdict: aboutTraffic ? "cause_found" : "no_fault_found",
    category: "traffic_drop",
    fix: "Nothing in this service is to be mended; find out why fewer requests reach it.",
  });
};
