import { GitError, MAX_OBJECT } from "./limits.ts";
import { type GitObject, inflated } from "./stored_object.ts";
import { openPacks, type Pack } from "./pack.ts";

/** The objects of one repository; disposing closes its files. */
export interface Objects extends Disposable {
  /** Undefined when it is not in this folder. @throws {GitError} when it cannot be understood. */
  read(id: string): Promise<GitObject | undefined>;
}

/** What of earlier objects is kept, in bytes. */
const CACHE = 8 * 1024 * 1024;

/** The objects in `gitDir`, loose and packed. Borrowed ones (`alternates`) are not looked for. */
export async function openObjects(gitDir: string): Promise<Objects> {
  let packs: readonly Pack[] = [];
  let kept = 0;
  const cache = new Map<string, GitObject>();
  const find = async (id: string): Promise<GitObject | undefined> => {
    for (const pack of packs) {
      const offset = await pack.find(id);
      if (offset !== undefined) return await pack.read(offset, read);
    }
    return await loose(`${gitDir}/objects/${id.slice(0, 2)}/${id.slice(2)}`);
  };
  const read = async (id: string): Promise<GitObject | undefined> => {
    const known = cache.get(id);
    if (known !== undefined) return known;
    const object = await find(id);
    if (object === undefined) return undefined;
    if (kept + object.data.length > CACHE) {
      cache.clear();
      kept = 0;
    }
    cache.set(id, object);
    kept += object.data.length;
    return object;
  };
  packs = await openPacks(`${gitDir}/objects/pack`);
  return {
    read,
    [Symbol.dispose]: () => {
      for (const pack of packs) pack[Symbol.dispose]();
    },
  };
}

async function loose(path: string): Promise<GitObject | undefined> {
  let stored: Uint8Array;
  try {
    if ((await Deno.stat(path)).size > MAX_OBJECT) throw new GitError("an object of the history is too large");
    stored = await Deno.readFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const whole = inflated(stored, MAX_OBJECT);
  const end = whole.indexOf(0);
  const [, type] = /^(commit|tree|blob|tag) \d+$/.exec(new TextDecoder().decode(whole.subarray(0, end))) ?? [];
  if (type === undefined) throw new GitError("an object of the history is damaged");
  return { type, data: whole.subarray(end + 1) };
}
