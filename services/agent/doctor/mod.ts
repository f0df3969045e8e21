/** Looks at each integration for real, without changing anything. */
export { doctorRoutes, type Report } from "./routes.ts";
