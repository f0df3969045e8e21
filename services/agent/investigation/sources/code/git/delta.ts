import { GitError, MAX_OBJECT } from "./limits.ts";

/** What `delta` makes of `base` (gitformat-pack, "Deltified representation"). @throws {GitError} */
export function applyDelta(base: Uint8Array, delta: Uint8Array): Uint8Array {
  let at = 0;
  const byte = () => {
    const value = delta[at++];
    if (value === undefined) throw new GitError("a delta of the history is damaged");
    return value;
  };
  const size = () => {
    let value = 0;
    for (let shift = 1;; shift *= 128) {
      const part = byte();
      value += (part & 0x7f) * shift;
      if (part < 0x80) return value;
    }
  };
  const little = (bits: number, count: number) => {
    let value = 0;
    for (let i = 0; i < count; i++) if (bits & (1 << i)) value += byte() * 2 ** (8 * i);
    return value;
  };
  const from = size();
  const to = size();
  if (from !== base.length || to > MAX_OBJECT) throw new GitError("a delta of the history is damaged or too large");
  const made = new Uint8Array(to);
  let filled = 0;
  while (at < delta.length) {
    const code = byte();
    const copied = (code & 0x80) !== 0;
    const offset = copied ? little(code & 0x0f, 4) : at;
    const length = copied ? little((code >> 4) & 7, 3) || 0x10000 : code;
    const source = copied ? base : delta;
    if (length === 0 || offset + length > source.length || filled + length > to) {
      throw new GitError("a delta of the history is damaged");
    }
    made.set(source.subarray(offset, offset + length), filled);
    filled += length;
    if (!copied) at += length;
  }
  if (filled !== to) throw new GitError("a delta of the history is damaged");
  return made;
}
