import type { Situation } from "../../../tools/mod.ts";
import type { ClusterCause } from "../../../tools/mod.ts";
import type { Signals } from "../../../signals/mod.ts";
import { counted, listed, quoted } from "../wording.ts";
import { type Conclusion, writer } from "./common.ts";

/** Pieces of evidence that stand in the cause itself; all of them are claims. */
const SHOWN = 2;
const LONGEST_QUOTE = 220;

/** What the cluster's own objects say is wrong: the object, why, and what shows it. */
export const clusterFault: Conclusion = (signals, situation) => {
  const { id, result } = signals.cluster!;
  const [cause, ...others] = result.causes;
  const out = writer(signals, situation).cause(cause!.says, id);
  const shown = cause!.evidence.filter((one) => one.text !== "");
  for (const [index, { object, field, text }] of shown.entries()) {
    const sentence = `${object} has ${quoted(`${field}: ${text}`, LONGEST_QUOTE)}.`;
    if (index < SHOWN) out.cause(sentence, id);
    else out.claim(sentence, id);
  }
  if (cause!.victims.length > 0) {
    out.cause(`In trouble because of it: ${listed(cause!.victims.slice(0, 4).map((one) => quoted(one)))}.`, id);
  }
  if (signals.rate?.result.error_percent != null) out.errorRate();
  const independent = others.filter((one) => one.object !== cause!.object && one.certainty >= SURE);
  for (const one of independent.slice(0, 1)) out.cause(`Besides, ${lowered(one)}`, id);
  for (const one of cause!.against.slice(0, 1)) out.claim(`It does not explain this: ${quoted(one.text)}.`, id);
  return out.step(...cause!.fix.slice(1).map(shell), lookAt(cause!)).finish({
    verdict: "cause_found",
    category: `kubernetes_${cause!.cause}`,
    certainty: cause!.certainty,
    fix: `${FIX[cause!.group] ?? "Mend the object"}: ${shell(cause!.fix[0] ?? "")}.`,
    instances: cause!.pods.slice(0, 6),
  });
};

/** Certainty from which a second fault is worth a sentence. */
const SURE = 0.7;

/** The alert's objects are in trouble, and no rule says why. */
export const clusterUnexplained: Conclusion = (signals, situation) => {
  const { id, result } = signals.cluster!;
  const out = writer(signals, situation).cause("What the cluster's objects say is too little to name a cause.");
  for (const one of result.about.slice(0, 3)) {
    if (one.state === null) {
      out.cause(
        `The cluster has no ${quoted(one.object)}${
          one.namespace === "" ? "" : ` in namespace ${quoted(one.namespace)}`
        } now.`,
        id,
      );
    } else out.cause(`${one.state}.`, id);
  }
  for (const one of result.symptoms.slice(0, 2)) out.claim(`${one.object}: ${quoted(one.says)}.`, id);
  elsewhere(out, signals);
  return out.step(
    ...result.about.slice(0, 2).map((one) =>
      shell(`kubectl describe ${kubectlName(one.object)}${inNamespace(one.namespace)}`)
    ),
    result.not_readable.length > 0 ? "Run `oncall doctor`: it says what the agent may not read of the cluster." : null,
  ).finish({
    verdict: "not_enough_evidence",
    category: "unknown",
    fix: "Look at the objects by hand; the agent looks again while the alert fires.",
  });
};

/** The alert's objects are well, as far as their states tell. */
export const clusterWell: Conclusion = (signals, situation) => {
  const { id, result } = signals.cluster!;
  const out = writer(signals, situation).cause("Nothing in the cluster is wrong with what the alert names now.");
  for (const { state } of result.about.slice(0, 3)) if (state !== null) out.cause(`${state}.`, id);
  out.claim(
    `${counted(result.counts.pods, "pod")} and ${counted(result.counts.workloads, "workload")} were read.`,
    id,
  );
  elsewhere(out, signals);
  return out.step("If it comes back, look at what happened at that minute (rollouts, evictions, nodes).").finish({
    verdict: "no_fault_found",
    category: "none",
    fix: "Nothing is to be mended now; if the alert fires often like this, lengthen its `for`.",
  });
};

/** Whether an alert is of a kind whose end shows in the objects themselves: they are ready, complete, scheduled again. */
export function showsInObjects({ alerts }: Pick<Situation, "alerts">): boolean {
  return alerts.some(({ labels }) => READINESS.test((labels.alertname ?? "").slice(0, 200)));
}

const READINESS =
  /crash|restart|not_?ready|unready|replica|rollout|waiting|unavailable|evict|pending|job|schedul|stuck|unreachable|mismatch|readiness|down$|unhealthy|endpoint/i;

const FIX: Readonly<Record<string, string>> = {
  admission: "Make room, or ask for less",
  scheduling: "Let the pods find a node",
  "start-up": "Give the pods what they start with",
  runtime: "Mend what the container runs with",
  routing: "Mend the way to it",
  performance: "Take the load off, or give more",
  infrastructure: "Bring the node or its program back",
};

function elsewhere(out: ReturnType<typeof writer>, signals: Signals): void {
  const { id, result } = signals.cluster!;
  const [first] = result.elsewhere;
  if (first !== undefined) out.cause(`Something else is wrong there: ${first.says}`, id);
}

function lowered({ says }: ClusterCause): string {
  return /^[A-Z][a-z]+ [a-z]/.test(says) ? `${says[0]!.toLowerCase()}${says.slice(1)}` : says;
}

function lookAt({ object, namespace }: ClusterCause): string {
  return shell(`kubectl describe ${kubectlName(object)}${inNamespace(namespace)}`);
}

function kubectlName(object: string): string {
  return quotedWord(object);
}

function inNamespace(namespace: string): string {
  return namespace === "" ? "" : ` -n ${quotedWord(namespace)}`;
}

/** As one word of a shell. */
function quotedWord(text: string): string {
  return /^[A-Za-z0-9._\/:=@-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/** A line for a shell, shown and never run. */
function shell(line: string): string {
  return `\`${line.replaceAll("`", "'")}\``;
}
