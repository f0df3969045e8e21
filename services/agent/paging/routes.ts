import { Hono } from "hono";
import { ApiError } from "../../lib/http/mod.ts";
import { gaps, icalendar, type Schedule, shiftEvents, shifts } from "../../lib/schedule/mod.ts";
import type { People } from "./people.ts";

const AHEAD = { hours: 24 * 14 };
const CALENDAR = { hours: 24 * 90 };

/** `GET /api/on-call` and `GET /api/schedules/{name}.ics`. */
export function onCallRoutes({ people, now }: { readonly people: People | undefined; readonly now: () => Date }): Hono {
  const schedules = people?.schedules ?? new Map<string, Schedule>();
  const nameOf = (person: string) => people?.nameOf(person) ?? person;
  const instant = () => Temporal.Instant.fromEpochMilliseconds(now().getTime());
  const app = new Hono();
  app.get("/api/on-call", (c) => {
    const at = instant();
    const seen = [...schedules.values()].map((schedule) => {
      const [current, ...rest] = shifts(schedule, at, at.add(AHEAD));
      const shown = (shift: typeof current) =>
        shift === undefined ? null : {
          person: shift.person === undefined ? null : nameOf(shift.person),
          from: shift.from.toString(),
          to: shift.to.toString(),
        };
      return {
        schedule: schedule.name,
        now: shown(current),
        next: rest.slice(0, 10).map(shown),
        gaps: gaps(schedule, at, at.add(AHEAD)).map(({ from, to }) => ({ from: from.toString(), to: to.toString() })),
      };
    });
    return c.json({ schedules: seen });
  });
  app.get("/api/schedules/:file{.+\\.ics}", (c) => {
    const name = c.req.param("file").slice(0, -".ics".length);
    const schedule = schedules.get(name);
    if (schedule === undefined) throw new ApiError(404, "not_found", `There is no schedule ${name.slice(0, 64)}.`);
    const at = instant();
    const events = shiftEvents(shifts(schedule, at, at.add(CALENDAR)), {
      schedule: name,
      nameOf,
      gap: `NOBODY: ${name}`,
    });
    c.header("content-type", "text/calendar; charset=utf-8");
    return c.body(icalendar(`On call: ${name}`, events, at));
  });
  return app;
}
