/** An HTTP/1.1 server with limits on everything that a client can make it hold. */
export type { ConnectionInfo, Handler, Quick } from "./connection.ts";
export { LIMITS, type Limits } from "./limits.ts";
export { Server, type ServerOptions } from "./server.ts";
