import type { Signals } from "../../../signals/mod.ts";
import type { InstanceRow } from "../../../tools/mod.ts";
import { type DraftWriter, inOrder, nameOf } from "../draft.ts";
import { clock, cores, listed, perSecond } from "../wording.ts";
import { type Conclusion, othersThat, writer } from "./common.ts";
import { hangingSentences } from "./unresponsive.ts";

/** Factor on the usual requests from which they explain a busy instance. */
const SURGE = 2.5;

/** Instances that were busy when they were measured last, and have not answered since. */
export const saturated: Conclusion = (signals, situation) => {
  const { saturated: rows, instances, hanging } = signals;
  const names = inOrder(rows.map(nameOf));
  const out = writer(signals, situation);
  const of = instances!.result.instances.length;
  out.cause(
    of > 1 && rows.length === of
      ? `All ${of} instances are busy and do not answer any more.`
      : `${listed(names)} ${names.length === 1 ? "is" : "are"} busy and ${
        names.length === 1 ? "does" : "do"
      } not answer any more.`,
  );
  for (const row of rows.slice(0, 3)) busySentence(out, row, instances!.id);
  if (hanging.length > 0) hangingSentences(out, signals);
  for (const row of rows.slice(0, 3)) {
    if (row.down_since) out.claim(`${nameOf(row)} has not answered since ${clock(row.down_since)}.`, instances!.id);
  }
  const surged = rows.every((row) => surgeOf(row) >= SURGE);
  const others = othersThat(signals, names, { one: "answers", many: "answer" });
  return out.step(
    `Take a CPU profile of ${names[0]}, or look at which of its threads computes.`,
    others === null ? null : `Take ${listed(names)} out of service: ${others}.`,
    surged ? "See who sends the requests, and limit them if nobody should." : null,
    surged || others === null ? "Scale up: more instances share the work." : null,
  ).finish({
    verdict: "cause_found",
    category: surged ? "traffic_surge" : "cpu",
    fix: surged
      ? "Add instances until the load per instance is what it was, or limit the sender."
      : `Restart ${listed(names)} to serve again, and find the computation that keeps ${
        names.length === 1 ? "it" : "them"
      } busy: make it cheaper or move it off the request's path.`,
    instances: names,
  });
};

function busySentence(out: DraftWriter, row: InstanceRow, id: string): void {
  const { cpu_cores: used = null, requests_per_second: traffic = null, at } = row.last_seen!;
  const usual = row.before.cpu_cores ?? null;
  const before = usual === null ? "" : `, where ${cores(usual)} were usual`;
  out.cause(`${nameOf(row)} used ${cores(used!)} when it was measured last, at ${clock(at)}${before}.`, id);
  if (traffic === null) return;
  const calm = row.before.requests_per_second ?? null;
  out.cause(
    `It had ${perSecond(traffic)} then${calm === null ? "" : `, where ${perSecond(calm)} were usual`}.`,
    id,
  );
}

function surgeOf({ last_seen: last, before: { requests_per_second: usual } }: InstanceRow): number {
  const traffic = last?.requests_per_second ?? null;
  return traffic === null || !usual ? 1 : traffic / usual;
}

/** Whether that is what ails everybody who does not answer. */
export function explainsSilence({ saturated: rows, hanging, crashed }: Signals): boolean {
  const busy = new Set(rows.map(nameOf));
  return rows.length > 0 && [...hanging, ...crashed.filter(({ down }) => down)].some(({ name }) => busy.has(name));
}
