import type { Draft } from "../../../diagnosis.ts";
import type { Situation } from "../../../tools/mod.ts";
import type { Shape } from "../../../sources/mod.ts";
import { DraftWriter, inOrder, nameOf } from "../draft.ts";
import { healthyOthers, type Signals } from "../../../signals/mod.ts";
import { listed, milliseconds, percent, perSecond } from "../wording.ts";

/** Turns signals into a draft, once the kind of trouble is clear. */
export type Conclusion = (signals: Signals, situation: Situation) => Draft;

/** A draft to be written. */
export const writer = (signals: Signals, situation: Situation) => new DraftWriter(signals, situation.incident.severity);

/** Whether an error message is about memory. */
export function isAboutMemory(message: string): boolean {
  return /out of memory|allocation failed|\bheap\b|ENOMEM|cannot allocate|OutOfMemory|MemoryError/i.test(message);
}

/** The newest of what a process said of its own memory running out; what else it logged may be more frequent. */
export function memoryWords({ logs }: Signals): Shape | undefined {
  return logs?.result.shapes.filter(({ failure }) => failure?.own === true && failure.way === "out_of_memory").sort(
    (a, b) => Date.parse(b.last ?? "") - Date.parse(a.last ?? ""),
  )[0];
}

/** `TypeError: …` of a message that begins with who failed and doing what. */
export function errorText(message: string): string {
  const match = /(?:^|\s)((?:[A-Z]\w*(?:Error|Exception)|panic|Error|FATAL)\b.*)$/.exec(message);
  return match?.[1] ?? message;
}

/** What a kind of log entry says went wrong: the exception that was thrown, else the message. */
export function wordsOf({ headline, message }: Shape): string {
  return headline ?? message;
}

/** The same without who failed and doing what. */
export function errorOf(shape: Shape): string {
  return shape.headline ?? errorText(shape.message);
}

/** The requests that the explaining log entries name, else the routes that fail. */
export function routesOf({ shape, failingRoutes }: Signals): string[] {
  const named = Object.entries(shape?.words ?? {}).map(([word]) => word).filter((word) => /^[A-Z]+ \//.test(word));
  return named.length > 0 ? named.slice(0, 3) : failingRoutes.slice(0, 3).map((row) => row.route);
}

/** What to do about one instance that is worse than the rest. */
export function oneOfSeveral(signals: Signals, trouble: Signals["errors"]): string[] {
  const { rows, of } = trouble;
  if (rows.length === 0 || rows.length >= of.length) return [];
  const names = inOrder(rows.map(nameOf));
  const others = othersThat(signals, names, {
    one: "is healthy and takes its load",
    many: "are healthy and take its load",
  });
  return others === null ? [] : [`Take ${listed(names)} out of service: ${others}.`];
}

/** `the other instances answer`, or those by name where some of the others do not; null where none does. */
export function othersThat(
  signals: Signals,
  names: readonly string[],
  { one, many }: { readonly one: string; readonly many: string },
): string | null {
  const others = inOrder(healthyOthers(signals, names));
  if (others.length === 0) return null;
  const all = signals.instances!.result.instances.length - names.length;
  if (others.length === all) return `the other instances ${many}`;
  return `${listed(others)} ${others.length === 1 ? one : many}`;
}

/** How traffic changed, where it did by much. */
export function trafficNote(out: DraftWriter, { rate, traffic }: Signals, always = false): void {
  if (rate === undefined || traffic === null) return;
  const { requests_per_second: now, before } = rate.result;
  if (!always && traffic > 0.5 && traffic < 2) return;
  const verb = traffic > 1 ? "rose" : "fell";
  out.cause(`Traffic ${verb} from ${perSecond(before.requests_per_second!)} to ${perSecond(now!)}.`, rate.id);
}

/** What was measured and is as it should be. */
export function healthy(out: DraftWriter, { rate, instances }: Signals): void {
  const now = rate?.result.error_percent;
  if (now !== null && now !== undefined) out.cause(`${percent(now)} of all requests fail now.`, rate!.id);
  const p95 = (instances?.result.instances ?? []).map((row) => row.latency_p95_ms).filter((x) => x !== null);
  if (p95.length > 0) {
    out.claim(
      `The 95th percentile of the latency is at most ${milliseconds(Math.max(...p95))} on each instance.`,
      instances!.id,
    );
  }
}
