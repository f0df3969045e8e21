import { clock, counted, percent, quoted } from "../wording.ts";
import { type Conclusion, errorOf, healthy, trafficNote, writer } from "./common.ts";

/** Nothing is wrong now; a trouble that was may be over. */
export const noFault: Conclusion = (signals, situation) => {
  const { rate, traffic, logs } = signals;
  const out = writer(signals, situation);
  const above = rate?.result.above_objective;
  const rose = traffic !== null && traffic >= 2;
  if (above && above.until !== null) {
    out.cause(
      `The errors are over: they were above ${percent(above.objective_percent)} of the requests from ${
        clock(above.since)
      } until ${clock(above.until)}, ${percent(above.peak_percent)} at the most.`,
      rate!.id,
    );
  } else out.cause("Nothing that was measured is outside its limits now.");
  healthy(out, signals);
  if (logs !== undefined) {
    out.claim(`The log holds ${counted(logs.result.count, "error entry", "error entries")}.`, logs.id);
  }
  if (rose) trafficNote(out, signals, true);
  return out.step("If it comes back, look at what happened at that minute (deployments, restarts, other services).")
    .finish({
      verdict: "no_fault_found",
      category: rose ? "traffic_surge" : above ? "over" : "none",
      fix: "Nothing is to be mended now; if the alert fires often like this, lengthen its `for`.",
    });
};

/** Too little could be read to say anything. */
export const notEnough: Conclusion = (signals, situation) => {
  const alert = situation.alerts[0];
  const out = writer(signals, situation).cause("What could be read is too little to name a cause.");
  const { error_percent: now, note } = signals.rate?.result ?? { error_percent: null, note: null };
  if (now !== null) out.errorRate();
  else if (note) out.cause(`Of the error rate: ${quoted(note, 300)}.`, signals.rate!.id);
  if (signals.logs !== undefined) {
    out.claim(`The log holds ${counted(signals.logs.result.count, "error entry", "error entries")}.`, signals.logs.id);
    const { shape } = signals;
    if (shape !== undefined) out.cause(`What the log says is ${quoted(errorOf(shape))}.`, signals.logs.id);
  }
  return out.step(
    "Run `oncall doctor`: it says which sources cannot be reached, and how to mend them.",
    alert?.generator_url ? "Open the alert's own graph in Prometheus." : null,
    "Ask the instances themselves: GET /healthz and GET /metrics of each.",
  ).finish({
    verdict: "not_enough_evidence",
    category: "unknown",
    fix:
      "Restore the sources that are missing, and look by hand until then: the agent looks again while the alert fires.",
  });
};
