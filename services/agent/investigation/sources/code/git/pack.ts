import { applyDelta } from "./delta.ts";
import { GitError, MAX_DELTAS, MAX_OBJECT, MAX_PACKS } from "./limits.ts";
import { type GitObject, inflated } from "./stored_object.ts";

/** One packfile with its index; only the parts that are asked for are read, as packs can be larger than memory. */
export interface Pack extends Disposable {
  /** Where the object begins in the packfile. */
  find(id: string): Promise<number | undefined>;
  /** `elsewhere` reads an object by its id, which may be in another pack. */
  read(offset: number, elsewhere: (id: string) => Promise<GitObject | undefined>): Promise<GitObject>;
}

const TYPES = ["", "commit", "tree", "blob", "tag"];
const OFFSET_DELTA = 6;
const ID_DELTA = 7;
/** An entry's type, size and base take no more. */
const HEADER = 64;

/** The packs of a folder, none if there is no such folder. The caller disposes them. */
export async function openPacks(folder: string): Promise<Pack[]> {
  const packs: Pack[] = [];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!name.endsWith(".idx")) continue;
      if (packs.length >= MAX_PACKS) throw new GitError(`it has more than ${MAX_PACKS} packs`);
      packs.push(await openPack(`${folder}/${name.slice(0, -".idx".length)}`));
    }
    return packs;
  } catch (error) {
    for (const pack of packs) pack[Symbol.dispose]();
    if (error instanceof Deno.errors.NotFound && packs.length === 0) return [];
    throw error;
  }
}

async function openPack(path: string): Promise<Pack> {
  using opened = new DisposableStack();
  const index = opened.adopt(await Deno.open(`${path}.idx`), (file) => file.close());
  const pack = opened.adopt(await Deno.open(`${path}.pack`), (file) => file.close());
  const head = view(await bytesAt(index, 0, 8 + 1024));
  if (head.getUint32(0) !== 0xff744f63 || head.getUint32(4) !== 2) {
    throw new GitError("its packs have an index of another form than version 2");
  }
  const upTo = (first: number) => first < 0 ? 0 : head.getUint32(8 + 4 * first);
  const total = upTo(255);
  const ids = 8 + 1024;
  const offsets = ids + 24 * total;
  const buckets = new Map<number, Uint8Array>();
  const bucket = async (first: number) => {
    const [from, to] = [upTo(first - 1), upTo(first)];
    if (to < from || (to - from) * 20 > MAX_OBJECT) throw new GitError("the index of a pack is damaged or too large");
    const read = buckets.get(first) ?? await bytesAt(index, ids + 20 * from, 20 * (to - from));
    buckets.set(first, read);
    return { from, read };
  };
  const find = async (id: string) => {
    const wanted = Uint8Array.fromHex(id);
    const { from, read } = await bucket(wanted[0]!);
    for (let low = 0, high = read.length / 20; low < high;) {
      const middle = (low + high) >> 1;
      const order = compare(read.subarray(20 * middle, 20 * middle + 20), wanted);
      if (order < 0) low = middle + 1;
      else if (order > 0) high = middle;
      else return await offsetOf(from + middle);
    }
    return undefined;
  };
  const offsetOf = async (place: number) => {
    const short = view(await bytesAt(index, offsets + 4 * place, 4)).getUint32(0);
    if (short < 0x80000000) return short;
    const large = await bytesAt(index, offsets + 4 * total + 8 * (short - 0x80000000), 8);
    return Number(view(large).getBigUint64(0));
  };
  const files = opened.move();
  return {
    find,
    read: (offset, elsewhere) => readObject(pack, offset, elsewhere),
    [Symbol.dispose]: () => files.dispose(),
  };
}

async function readObject(
  pack: Deno.FsFile,
  offset: number,
  elsewhere: (id: string) => Promise<GitObject | undefined>,
): Promise<GitObject> {
  const deltas: Uint8Array[] = [];
  let unpacked = 0;
  let base: GitObject | undefined;
  for (let at = offset; base === undefined;) {
    const entry = await readEntry(pack, at);
    unpacked += entry.data.length;
    if (entry.base === undefined) base = { type: entry.type, data: entry.data };
    else {
      deltas.push(entry.data);
      if (deltas.length > MAX_DELTAS || unpacked > 4 * MAX_OBJECT) throw new GitError("an object has too many deltas");
      if (typeof entry.base === "number") at = entry.base;
      else {
        base = await elsewhere(entry.base);
        if (base === undefined) throw new GitError("an object that another one is made from is missing");
      }
    }
  }
  const { type, data } = base;
  return { type, data: deltas.reduceRight((made, delta) => applyDelta(made, delta), data) };
}

/** One entry; `base` is where the object is that it changes, or its id. */
async function readEntry(pack: Deno.FsFile, offset: number) {
  // Most objects of a history are small: one read gets header and content.
  const first = await bytesAt(pack, offset, 4096, true);
  let at = 0;
  const byte = () => {
    const value = first[at++];
    if (value === undefined || at > HEADER) throw new GitError("a pack is damaged");
    return value;
  };
  let part = byte();
  const type = (part >> 4) & 7;
  let size = part & 0x0f;
  for (let shift = 16; part & 0x80; shift *= 128) size += ((part = byte()) & 0x7f) * shift;
  if (size > MAX_OBJECT) throw new GitError("an object of the history is too large");
  let base: number | string | undefined;
  if (type === OFFSET_DELTA) {
    part = byte();
    let back = part & 0x7f;
    while (part & 0x80) back = (back + 1) * 128 + ((part = byte()) & 0x7f);
    base = offset - back;
    if (back === 0 || base < 12) throw new GitError("a pack is damaged");
  } else if (type === ID_DELTA) {
    base = first.subarray(at, at + 20).toHex();
    at += 20;
  } else if (!TYPES[type]) throw new GitError("a pack has an entry of an unknown kind");
  // zlib makes nothing longer by more than a thousandth and a few bytes.
  const longest = size + (size >> 10) + 64;
  const stored = at + longest <= first.length || first.length < 4096
    ? first.subarray(at)
    : await bytesAt(pack, offset + at, longest, true);
  const data = inflated(stored, size);
  if (data.length !== size) throw new GitError("a pack is damaged");
  return { type: TYPES[type] ?? "", data, base };
}

/** So many bytes at a place of a file; fewer only where its end is and `upToEnd` allows it. */
async function bytesAt(file: Deno.FsFile, offset: number, length: number, upToEnd = false): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  file.seekSync(offset, Deno.SeekMode.Start);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  if (filled < length && !upToEnd) throw new GitError("a pack or its index is shorter than it says");
  return bytes.subarray(0, filled);
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return 0;
}
