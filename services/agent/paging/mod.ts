/** People, their schedules, and who is called when nobody answers. */
export { pagingChannel, type PagingDeps } from "./channel.ts";
export { parsePeople, peopleOf } from "./load.ts";
export { type Contact, People, type Policy, type Step } from "./people.ts";
export { onCallRoutes } from "./routes.ts";
export { pagingSettings } from "./settings.ts";
