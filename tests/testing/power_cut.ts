import { join } from "node:path";

/** What a program did to a file below the recorded folder. */
export interface Step {
  readonly kind: "write" | "sync" | "truncate" | "unlink";
  readonly path: string;
  /** Where it writes, or how long the file becomes. */
  readonly offset: number;
  readonly bytes: Uint8Array;
  /** Where its record ends in the recording. */
  readonly end: number;
}

const KINDS: Readonly<Record<string, Step["kind"]>> = { w: "write", s: "sync", t: "truncate", u: "unlink" };
/** A disk writes so much at once, or nothing of it. */
const SECTOR = 512;

/** Builds the recorder; undefined where no C compiler is. */
export async function buildRecorder(folder: string): Promise<string | undefined> {
  const library = join(folder, "recorder.so");
  const source = new URL("recorder.c", import.meta.url).pathname;
  try {
    const args = ["-shared", "-fPIC", "-O1", "-o", library, source, "-ldl", "-lpthread"];
    const { success } = await new Deno.Command("gcc", { args, stderr: "null" }).output();
    return success ? library : undefined;
  } catch {
    return undefined;
  }
}

/** The steps of a recording; one that is written at this moment is left out. */
export function readSteps(recording: Uint8Array): Step[] {
  const view = new DataView(recording.buffer, recording.byteOffset, recording.byteLength);
  const text = (from: number, length: number) => new TextDecoder().decode(recording.subarray(from, from + length));
  const steps: Step[] = [];
  for (let at = 0; at + 21 <= recording.length;) {
    const kind = KINDS[String.fromCharCode(recording[at]!)]!;
    const [first, second] = [view.getUint16(at + 1, true), view.getUint16(at + 3, true)];
    const offset = Number(view.getBigUint64(at + 5, true));
    const length = Number(view.getBigUint64(at + 13, true));
    const data = at + 21 + first + second;
    if (data + length > recording.length) break;
    const bytes = recording.subarray(data, data + length);
    steps.push({ kind, path: text(at + 21, first), offset, bytes, end: data + length });
    at = data + length;
  }
  return steps;
}

/**
 * The files as a power cut after the first `count` steps may leave them: everything up to a file's last sync is there; of what
 * came after it, each sector is there or not, as `random` says (0: nothing of it, 1: all). Names are as they were: a file
 * system keeps its own journal.
 */
export function afterPowerCut(
  steps: readonly Step[],
  { count, random }: { readonly count: number; readonly random: () => number },
): Map<string, Uint8Array<ArrayBuffer>> {
  const done = steps.slice(0, count);
  const lastSync = new Map<string, number>();
  for (const [place, { kind, path }] of done.entries()) if (kind === "sync") lastSync.set(path, place);
  const files = new Map<string, Disk>();
  for (const [place, step] of done.entries()) {
    const { path, kind } = step;
    const safe = place < (lastSync.get(path) ?? -1);
    if (kind === "unlink") files.delete(path);
    if (kind !== "write" && kind !== "truncate") continue;
    const disk = files.get(path) ?? new Disk();
    files.set(path, disk);
    if (kind === "write") disk.write(step, safe ? () => true : () => random() >= 0.5);
    else if (safe || random() >= 0.5) disk.resize(step.offset);
  }
  return new Map([...files].map(([path, disk]) => [path, disk.bytes()]));
}

/** A file's bytes, with room to grow. */
class Disk {
  #room = new Uint8Array(4_096);
  #length = 0;

  bytes(): Uint8Array<ArrayBuffer> {
    return this.#room.slice(0, this.#length);
  }

  resize(length: number): void {
    if (length < this.#length) this.#room.fill(0, length, this.#length);
    if (length > this.#room.length) {
      const room = new Uint8Array(2 * length);
      room.set(this.#room);
      this.#room = room;
    }
    this.#length = length;
  }

  write({ offset, bytes }: Step, kept: () => boolean): void {
    this.resize(Math.max(this.#length, offset + bytes.length));
    for (let at = 0; at < bytes.length;) {
      const size = Math.min(SECTOR - (offset + at) % SECTOR, bytes.length - at);
      if (kept()) this.#room.set(bytes.subarray(at, at + size), offset + at);
      at += size;
    }
  }
}
