/** The web console: pages for people, live, with nothing from elsewhere. */
export { type ConsoleDeps, consoleRoutes } from "./routes.tsx";
export { Guard, type GuardOptions } from "./guard.ts";
export { faultBody, Lab, type LabDeps, scaleBody, trafficBody } from "./lab.ts";
export { consoleSettings } from "./settings.ts";
