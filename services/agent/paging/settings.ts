import { optional } from "../../lib/configuration/mod.ts";

/** Who is called, and when. */
export const pagingSettings = {
  peopleConfig: optional({
    env: "PEOPLE_CONFIG",
    help: "file with people, schedules and escalation, inside the working directory (default config/people.yaml)",
  }),
};
