import { nextHandover, personOf, startOf, windowOn } from "./layer.ts";
import type { Layer, Schedule, Shift } from "./types.ts";

type Instant = Temporal.Instant;
const before = (a: Instant, b: Instant) => Temporal.Instant.compare(a, b) < 0;

/** Who is on call then, and by which layer; `person` is undefined when nobody is. */
export function onCall(schedule: Schedule, at: Instant): Pick<Shift, "person" | "by"> {
  for (const { person, from, to } of schedule.overrides.toReversed()) {
    if (!before(at, from) && before(at, to)) return { person, by: "override" };
  }
  for (const layer of schedule.layers.toReversed()) {
    const person = personOf(layer, at);
    if (person !== undefined) return { person, by: layer.name };
  }
  return { person: undefined, by: "none" };
}

/** All shifts from one moment to another without a hole between them; where nobody is on call, `person` is undefined. */
export function shifts(schedule: Schedule, from: Instant, to: Instant): Shift[] {
  const edges = new Map<bigint, Instant>();
  const add = (at: Instant) => {
    if (!before(at, from) && before(at, to)) edges.set(at.epochNanoseconds, at);
  };
  add(from);
  for (const override of schedule.overrides) {
    add(override.from);
    add(override.to);
  }
  for (const layer of schedule.layers) for (const at of edgesOf(layer, from, to)) add(at);
  const times = [...edges.values()].sort(Temporal.Instant.compare);
  const found: Shift[] = [];
  for (const [i, start] of times.entries()) {
    const { person, by } = onCall(schedule, start);
    const end = times[i + 1] ?? to;
    const last = found.at(-1);
    if (last !== undefined && last.person === person && last.by === by) found[found.length - 1] = { ...last, to: end };
    else found.push({ person, by, from: start, to: end });
  }
  return found;
}

/** The times in which nobody is on call. */
export function gaps(schedule: Schedule, from: Instant, to: Instant): Shift[] {
  return shifts(schedule, from, to).filter(({ person }) => person === undefined);
}

/** Every moment at which a layer may hand over. */
function* edgesOf(layer: Layer, from: Instant, to: Instant): Generator<Instant> {
  yield startOf(layer).toInstant();
  for (let at = nextHandover(layer, from); before(at, to); at = nextHandover(layer, at)) yield at;
  let date = from.toZonedDateTimeISO(layer.zone).toPlainDate().subtract({ days: 2 });
  const last = to.toZonedDateTimeISO(layer.zone).toPlainDate().add({ days: 1 });
  for (; Temporal.PlainDate.compare(date, last) <= 0; date = date.add({ days: 1 })) {
    for (const window of layer.windows) {
      if (!window.days.includes(date.dayOfWeek)) continue;
      const open = windowOn(window, date, layer.zone);
      yield open.from;
      yield open.to;
    }
  }
}
