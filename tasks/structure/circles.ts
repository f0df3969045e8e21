import type { Import } from "./imports.ts";

/** One shortest circle for each group of files that import each other, as a path that ends where it began. */
export function circles(imports: readonly Import[]): string[][] {
  const next = Map.groupBy(imports, ({ from }) => from);
  const targets = (file: string) => (next.get(file) ?? []).map(({ to }) => to);
  const found: string[][] = [];
  const inCircle = new Set<string>();
  for (const file of [...next.keys()].sort()) {
    if (inCircle.has(file)) continue;
    const circle = shortestBack(file, targets);
    if (circle === undefined) continue;
    found.push(circle);
    for (const member of membersWith(file, targets)) inCircle.add(member);
  }
  return found;
}

/** The shortest way from a file back to itself. */
function shortestBack(start: string, targets: (file: string) => readonly string[]): string[] | undefined {
  const cameFrom = new Map<string, string>();
  const queue = [start];
  for (let at = 0; at < queue.length; at++) {
    const file = queue[at]!;
    for (const target of targets(file)) {
      if (target === start) return [...wayTo(file, start, cameFrom), start];
      if (cameFrom.has(target)) continue;
      cameFrom.set(target, file);
      queue.push(target);
    }
  }
  return undefined;
}

function wayTo(file: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [file];
  while (way[0] !== start) way.unshift(cameFrom.get(way[0]!)!);
  return way;
}

/** Every file that can be reached from `start` and leads back to it. */
function membersWith(start: string, targets: (file: string) => readonly string[]): string[] {
  return reachable(start, targets).filter((file) => reachable(file, targets).includes(start));
}

function reachable(start: string, targets: (file: string) => readonly string[]): string[] {
  const seen = new Set<string>();
  const queue = [...targets(start)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    queue.push(...targets(file));
  }
  return [...seen];
}
