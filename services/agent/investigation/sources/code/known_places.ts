import type { Allowed } from "./paths.ts";
import { allowedPath } from "./paths.ts";
import { type GoModule, type Places, placesIn } from "./places.ts";
import type { CodeSource } from "./source.ts";

/** How long a listing holds, and how long it may take; milliseconds. */
const HOLDS_MS = 5 * 60_000;
const LONGEST_MS = 2_000;
const MOST_MODULES = 20;

/** Code of a service whose places are asked for. */
export interface Placed {
  readonly source: CodeSource;
  readonly allowed: Allowed;
  readonly signal: AbortSignal;
}

/** The places of each service's repository, listed once in a while; null where it cannot be listed. */
export class KnownPlaces {
  readonly #now: () => Date;
  readonly #known = new Map<string, { readonly until: number; readonly places: Promise<Places | null> }>();

  constructor(now: () => Date) {
    this.#now = now;
  }

  of(service: string, placed: Placed): Promise<Places | null> {
    const now = this.#now().getTime();
    const held = this.#known.get(service);
    if (held !== undefined && held.until > now) return held.places;
    const places = list(placed).catch(() => {
      // What was given up by whoever asked may be asked for again at once.
      if (placed.signal.aborted) this.#known.delete(service);
      return null;
    });
    this.#known.set(service, { until: now + HOLDS_MS, places });
    return places;
  }
}

async function list({ source, allowed, signal }: Placed): Promise<Places> {
  const limited = AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]);
  const files = await source.files(limited);
  const modules: GoModule[] = [];
  for (const path of files.filter((one) => /(?:^|\/)go\.mod$/.test(one)).slice(0, MOST_MODULES)) {
    const name = await moduleName(path, { source, allowed, signal: limited });
    if (name !== undefined) modules.push({ folder: path.slice(0, -"go.mod".length), name });
  }
  const places = placesIn({ files, include: allowed.include, modules });
  return (file, options) => {
    const path = places(file, options);
    try {
      return path === null ? null : allowedPath(path, allowed);
    } catch {
      return null;
    }
  };
}

async function moduleName(path: string, { source, allowed, signal }: Placed): Promise<string | undefined> {
  try {
    const { text } = await source.read(allowedPath(path, allowed), signal);
    return /^module[ \t]{1,8}"?([^\s"]{1,300})/m.exec(text.slice(0, 20_000))?.[1];
  } catch {
    return undefined;
  }
}
