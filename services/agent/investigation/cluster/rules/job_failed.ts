import type { Pod, Workload } from "../objects.ts";
import { refOf, type View } from "../view.ts";
import { type Finding, kubectl, quote, type Rule } from "./rule.ts";

const FAILING = /error|exception|fatal|panic|fail|cannot|could not|refused|denied|not found|missing|invalid/i;

/** A Job has given up: its pods failed too often, or it took too long. A run that a later one made good is over. */
export const jobFailed: Rule = {
  name: "job_failed",
  group: "runtime",
  causes: ["job_failed", "job_deadline"],
  looksAt: ["conditions of Jobs", "exit codes of their pods", "last log lines", "later runs of the same CronJob"],
  find: (view) => view.cluster.workloads.filter((one) => isFailed(view, one)).map((one) => finding(view, one)),
};

function isFailed(view: View, one: Workload): boolean {
  if (one.kind !== "Job" || !one.failed || one.suspended) return false;
  const madeGood = view.cluster.workloads.some((other) =>
    other.kind === "Job" && other.complete && other.namespace === one.namespace && other.parent !== undefined &&
    other.parent === one.parent && (other.ageSeconds ?? Infinity) < (one.ageSeconds ?? 0)
  );
  return !madeGood;
}

function finding(view: View, job: Workload): Finding {
  const condition = job.conditions.find((one) => /^Fail/.test(one.type) && one.status === "True");
  const late = condition?.reason === "DeadlineExceeded";
  const ended = endOf(view.podsOf(job));
  const line = view.linesOf(job).findLast((text) => FAILING.test(text));
  const how = late
    ? "it took longer than its activeDeadlineSeconds"
    : ended === undefined
    ? "its pods failed too often"
    : `its container ${ended.container} ended with exit code ${ended.code}`;
  return {
    group: "runtime",
    cause: late ? "job_deadline" : "job_failed",
    object: refOf(job),
    says: `Job ${job.name} has failed: ${how}.`,
    for: [
      quote(
        refOf(job),
        "status.conditions[Failed]",
        [condition?.reason, condition?.message].filter(Boolean).join(": ") || "True",
      ),
      ...line === undefined ? [] : [quote(refOf(job), "logs", line)],
    ],
    against: [],
    certainty: line === undefined && ended === undefined ? 0.65 : 0.75,
    explains: view.podsOf(job).map(refOf),
    fix: [kubectl("logs", refOf(job), "--all-containers --tail=100"), kubectl("describe", refOf(job))],
  };
}

function endOf(pods: Pod[]): { container: string; code: number } | undefined {
  for (const pod of pods) {
    const failed = pod.containers.find((one) => one.state === "terminated" && (one.exitCode ?? 0) !== 0) ??
      pod.containers.find((one) => (one.last?.exitCode ?? 0) !== 0);
    const code = failed?.exitCode ?? failed?.last?.exitCode;
    if (failed !== undefined && code !== undefined) return { container: failed.name, code };
  }
  return undefined;
}
