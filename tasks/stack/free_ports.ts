const given = new Set<number>();

/** Below the ports that the system hands out by itself, so that nobody's outgoing connection takes one meanwhile. */
const LOWEST = 10_240;
const HIGHEST = 32_000;

/** The first of `count` neighboring ports on loopback that nobody has, and that this process was not given before. */
export function freePorts(count: number, random: () => number = Math.random): number {
  for (let attempt = 0; attempt < 500; attempt++) {
    const first = LOWEST + Math.floor(random() * (HIGHEST - LOWEST - count));
    const ports = Array.from({ length: count }, (_, index) => first + index);
    if (ports.some((port) => given.has(port)) || !ports.every(isFree)) continue;
    for (const port of ports) given.add(port);
    return first;
  }
  throw new Error(`Cannot find ${count} free neighboring ports`);
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
