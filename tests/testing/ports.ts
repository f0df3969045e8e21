/** A port on loopback that nobody had a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** The first of `count` neighbouring ports on loopback that nobody had a moment ago. */
export function freePortRange(count: number): number {
  for (let attempt = 0; attempt < 200; attempt++) {
    // Below the ports that the system hands out by itself.
    const first = 10_240 + Math.floor(Math.random() * (32_000 - 10_240 - count));
    const listeners: Deno.Listener[] = [];
    try {
      for (let port = first; port < first + count; port++) listeners.push(Deno.listen({ hostname: "127.0.0.1", port }));
      return first;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    } finally {
      for (const listener of listeners) listener.close();
    }
  }
  throw new Error(`Cannot find ${count} free neighbouring ports`);
}
