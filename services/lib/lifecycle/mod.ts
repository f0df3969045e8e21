/** How a role starts, serves, drains and ends. */
export { cannotListen, type Identity, identity, INSTANCE, type Running, serve, type ServeOptions } from "./serve.ts";
export { runUntilSignal } from "./run.ts";
