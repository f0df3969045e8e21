/** A source of bytes. */
export interface Source {
  read(into: Uint8Array): Promise<number | null>;
}

/** Reads what has arrived into `into` and returns the number of bytes; 0 or null at the end. */
export type Read = (into: Uint8Array) => Promise<number | null>;

/** What the runtime's own `conn.read()` is made of. */
interface Core {
  read(resource: number, into: Uint8Array): Promise<number>;
}

/**
 * How `source` is read: its own `read()`, without what that leaves behind.
 *
 * `Deno.Conn.read()` (2.7) puts the promise of each read into a `Set` and takes it out again, and an emptied set makes
 * itself a new table. An old table refers to the next one: once the first is in the old generation, all that follow end
 * there as well, 200 bytes for each request through the balancer, and the whole heap is collected every few seconds.
 * The call beneath it has no name that is promised to stay; a runtime without it is read as documented.
 */
export function readOf(source: Source): Read {
  const resource = core === undefined ? undefined : resourceOf(source);
  return resource === undefined ? (into) => source.read(into) : (into) => core!.read(resource, into);
}

const core = coreOf(Deno);
let resourceKey: symbol | undefined;

function coreOf(runtime: object): Core | undefined {
  const inner: { core?: Core } | undefined = Reflect.get(runtime, Reflect.get(runtime, "internal") ?? "");
  return typeof inner?.core?.read === "function" ? inner.core : undefined;
}

/** The number by which the runtime knows a connection; undefined for everything else. */
function resourceOf(source: Source): number | undefined {
  resourceKey ??= Object.getOwnPropertySymbols(source).find((key) => key.description === "Deno.internal.rid");
  const resource: unknown = resourceKey === undefined ? undefined : Reflect.get(source, resourceKey);
  return typeof resource === "number" ? resource : undefined;
}
