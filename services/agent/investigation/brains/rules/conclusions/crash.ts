import { nameOf } from "../draft.ts";
import { errorState, healthyOthers } from "../../../signals/mod.ts";
import { clock, counted, listed, quoted } from "../wording.ts";
import { type Conclusion, errorOf, memoryWords, writer } from "./common.ts";

/** Its own words and what was measured of it agree. */
const TOLD_AND_MEASURED = 0.85;

/** Instances that die or are down; where the runtime's last words say that memory ran out, that is why. */
export const crash: Conclusion = (signals, situation) => {
  const { crashed, changes, deaths, instances, shape, logs } = signals;
  const out = writer(signals, situation);
  const rowOf = (name: string) => instances?.result.instances.find((row) => nameOf(row) === name);
  for (const entry of crashed.slice(0, 3)) {
    const own = deaths.filter((event) => event.service === entry.name || entry.name === `:${event.port}`);
    const last = own.at(-1);
    if (last !== undefined) {
      out.cause(`${entry.name} died: ${quoted(last.text)} at ${clock(last.at)}.`, changes!.id);
      if (own.length > 1) {
        out.claim(`${entry.name} died ${counted(own.length, "time")} in the time looked at.`, changes!.id);
      }
    } else if (entry.down) {
      const error = rowOf(entry.name)?.scrape_error;
      if (error) out.cause(`${entry.name} does not answer Prometheus: ${quoted(error)}.`, instances!.id);
      else out.cause(`${entry.name} does not answer Prometheus.`);
    } else {out.cause(
        `${entry.name} was started anew ${counted(entry.deaths, "time")} within ${instances!.result.minutes} minutes.`,
        instances!.id,
      );}
  }
  const words = memoryWords(signals);
  const noMemory = words?.failure !== undefined;
  if (noMemory) out.cause(`Memory ran out, as it logged before: ${quoted(words!.failure!.line)}.`, logs!.id);
  const killed = deaths.some((event) => /status 137\b/.test(event.text));
  if (killed && !noMemory) out.cause("Status 137 is a kill: by the system when memory ran out, or by hand.");
  const { active, recent } = errorState(signals);
  if (active || recent) out.errorRate().instances(signals.errors, "error_percent");
  const row = instances?.result.instances.find((r) => crashed.some((entry) => entry.name === nameOf(r)));
  if (row?.started_at) {
    out.claim(`${nameOf(row)} ${row.up === false ? "had" : "has"} run since ${clock(row.started_at)}.`, instances!.id);
  }
  const told = shape !== undefined && logs !== undefined;
  if (told && !noMemory && signals.frame) {
    out.claim(
      `Before it, ${quoted(errorOf(shape))} was logged at ${signals.frame.file}:${signals.frame.line}.`,
      logs.id,
    );
  }
  const names = crashed.map((entry) => entry.name);
  const others = healthyOthers(signals, names).length > 0;
  return out.step(
    noMemory
      ? "Take a heap snapshot of the next one before it is full."
      : `Read the last lines that ${names[0]} wrote before it ended (its own log).`,
    killed ? "Ask the system's log whether its memory killer ended it." : null,
    "See what the last request before each end was.",
  ).finish({
    verdict: "cause_found",
    ...(noMemory ? { category: "out_of_memory", certainty: TOLD_AND_MEASURED } : { category: "crash" }),
    fix: noMemory
      ? "Find what holds the memory and bound it, or give the process more."
      : `Find what ends ${listed(names.slice(0, 3))}: its own log or the system's has the last words${
        others ? "; meanwhile let the other instances take the load" : ""
      }.`,
    instances: names,
  });
};
