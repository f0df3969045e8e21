/** Checks each integration with real, read-only requests. */
export { doctorRoutes, type Report } from "./routes.ts";
