import type { InstanceRow } from "../tools/mod.ts";
import type { Lives } from "./lives.ts";

/** So many times the usual use of the processor, and so many cores more, is busy before its limit is reached. */
const RISEN = 3;
const RISEN_CORES = 0.25;

/** Instances that were busy when they were measured last, and do not answer now. */
export function saturatedOf(rows: readonly InstanceRow[], lives: Lives, limit: number): InstanceRow[] {
  const silent = new Set([
    ...lives.hanging.map(({ name }) => name),
    // Nobody saw it end, and nobody says that it refuses.
    ...lives.crashed.filter(({ down, deaths }) => down && deaths === 0).map(({ name }) => name),
  ]);
  return rows.filter((row) =>
    row.up === false && silent.has(row.name ?? row.instance) && !refuses(row) && wasBusy(row, limit)
  );
}

/** A process that has ended refuses connections at once; one that computes lets them wait. */
function refuses({ scrape_error: error }: InstanceRow): boolean {
  return /refused|no route|no such host|EOF|reset/i.test(error ?? "");
}

function wasBusy({ last_seen: last, before: { cpu_cores: usual } }: InstanceRow, limit: number): boolean {
  const used = last?.cpu_cores ?? null;
  if (used === null) return false;
  return used >= limit || (typeof usual === "number" && used >= usual * RISEN && used - usual >= RISEN_CORES);
}
