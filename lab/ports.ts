const given = new Set<number>();

/** The first of `count` neighbouring free ports on loopback that were not given away before by this process. */
export function portBlock(count: number, random: () => number = Math.random): number {
  for (let attempt = 0; attempt < 500; attempt++) {
    // Below the ports that the system hands out by itself.
    const first = 10_240 + Math.floor(random() * (32_000 - 10_240 - count));
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port)) || !ports.every(isFree)) continue;
    for (const port of ports) given.add(port);
    return first;
  }
  throw new Error(`Cannot find ${count} free neighbouring ports`);
}

function isFree(port: number): boolean {
  try {
    Deno.listen({ hostname: "127.0.0.1", port }).close();
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.AddrInUse) return false;
    throw error;
  }
}
