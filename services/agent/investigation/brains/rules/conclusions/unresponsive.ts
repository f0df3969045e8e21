import { type DraftWriter, inOrder } from "../draft.ts";
import { errorState, type Signals } from "../../../signals/mod.ts";
import { clock, listed, quoted } from "../wording.ts";
import { type Conclusion, othersThat, writer } from "./common.ts";

/** Instances whose processes run and do not answer, of which nothing that was measured says why. */
export const unresponsive: Conclusion = (signals, situation) => {
  const names = inOrder(signals.hanging.map(({ name }) => name));
  const out = writer(signals, situation);
  hangingSentences(out, signals);
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().instances(signals.errors, "error_percent");
  const { instances, changes } = signals;
  const row = instances?.result.instances.find((r) => names.includes(r.name ?? r.instance));
  if (row?.last_measured) {
    out.claim(`${row.name ?? row.instance} was measured last at ${clock(row.last_measured.at)}.`, instances!.id);
  }
  const others = othersThat(signals, names, { one: "answers", many: "answer" });
  return out.step(
    `Look at the process of ${
      names[0]
    } on its machine: at 100 % of a core it computes; asleep, it waits for ever; state T is stopped, D waits for the disk.`,
    changes === undefined ? "See whether its process still runs." : null,
    others === null ? null : `Stop ${listed(names)} once that is known: ${others}.`,
  ).finish({
    verdict: "cause_found",
    category: "unresponsive",
    fix: `Restart ${
      listed(names)
    } to serve again; what blocks it has to be found in the process before that (a computation that never ends, a lock, a stopped process).`,
    instances: names,
  });
};

/** Who runs and does not answer, and who says so. */
export function hangingSentences(out: DraftWriter, { hanging, changes }: Signals): void {
  const alive = changes?.result.events_known === true ? ", and no end of its process was noted" : "";
  for (const { name, by, said, at, evidence } of hanging.slice(0, 3)) {
    out.cause(
      by === "Prometheus"
        ? `${name} does not answer in time: Prometheus gave up reading its metrics with ${quoted(said)}${
          at === null ? "" : `, the first time at ${clock(at)}`
        }${alive}.`
        : `${name} does not answer in time: the manager noted ${quoted(said)} at ${clock(at!)}${alive}.`,
      evidence,
    );
  }
}
