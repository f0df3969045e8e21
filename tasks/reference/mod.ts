/** The pages under `docs/reference`, made from settings, schemas, routes, registries and the command line's own help. */
export { referencePages } from "./pages.ts";
