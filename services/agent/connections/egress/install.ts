import net from "node:net";
import type { Guard } from "./guard.ts";

/**
 * Puts the guard in front of everything in this process that opens a connection: `fetch`, Deno's sockets and Node's, which
 * packages use. What comes in is not its business.
 */
export function installGuard(guard: Guard): void {
  globalThis.fetch = guard.fetch;
  const { connect, connectTls } = Deno;
  Object.assign(Deno, {
    connect: async (options: Deno.ConnectOptions) => {
      if ("path" in options) return await connect(options as never);
      const [address] = await guard.check(options.hostname ?? "127.0.0.1", options.port);
      return await connect({ ...options, hostname: address ?? options.hostname } as never);
    },
    connectTls: async (options: Deno.ConnectTlsOptions) => {
      await guard.check(options.hostname ?? "127.0.0.1", options.port);
      return await connectTls(options);
    },
  });
  guardNode(guard);
}

type Lookup = (
  host: string,
  options: unknown,
  done: (error: Error | null, address?: unknown, family?: number) => void,
) => void;

/** Node's sockets look names up by a function that they are given: it answers what was checked. */
function guardNode(guard: Guard): void {
  const original = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (this: net.Socket, ...args: unknown[]): net.Socket {
    const list = (Array.isArray(args[0]) ? args[0] : args) as unknown[];
    const [first, second] = list;
    const options: Record<string, unknown> = typeof first === "object" && first !== null
      ? { ...first }
      : { port: Number(first), host: typeof second === "string" ? second : "localhost" };
    if (options.path !== undefined) return (original as (...all: unknown[]) => net.Socket).apply(this, args);
    const host = String(options.host ?? "localhost");
    const port = Number(options.port);
    if (!guard.isNamed(host, port)) {
      queueMicrotask(() => guard.check(host, port).catch((error) => this.destroy(error)));
      return this;
    }
    const lookup: Lookup = (name, wanted, done) => {
      guard.check(name, port).then((addresses) => {
        const all = addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 }));
        if ((wanted as { all?: boolean } | undefined)?.all) done(null, all);
        else done(null, all[0]!.address, all[0]!.family);
      }, (error: Error) => done(error));
    };
    const done = list.find((one) => typeof one === "function");
    return (original as (...all: unknown[]) => net.Socket).call(this, { ...options, host, port, lookup }, done);
  } as typeof net.Socket.prototype.connect;
}
