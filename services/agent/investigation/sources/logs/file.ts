import { ToolError } from "../../tool_error.ts";
import type { Assembled } from "./assemble.ts";
import type { LogRead, Logs } from "./entry.ts";
import { errorsOf, notUnderstood, withNotes } from "./errors.ts";
import { Growth } from "./growth.ts";
import { entryOf, isTerminated, type LineFormat, startReading } from "./lines.ts";
import { rotatedBeside } from "./rotated.ts";
import { bytesAt, unpacked } from "./packed.ts";
import { decode, linesOf } from "./text.ts";
import { shiftOf } from "./shift.ts";

const BLOCK = 256 * 1024;
const MOST = 8 * 2 ** 20;
/** How much is read of a file whose lines have no times, when nothing is known of its growth. */
const MOST_UNTIMED = 2 ** 20;
/** How much of a block is looked at to know when it was written. */
const PROBE = 64 * 1024;
/** Reading goes on in turns, so that the agent answers meanwhile; milliseconds. */
const TURN = 20;
/** What would take longer to read is read from a later line on, milliseconds; and when that is first known. */
const LONGEST = 2_500;
const KNOWN_AFTER = 300;

interface Opened {
  readonly path: string;
  readonly read: (from: number, to: number) => Promise<Uint8Array>;
  readonly close: () => void;
  readonly size: number;
  readonly written: number | null;
  readonly ino: number | null;
}

/** What stands in a part of a file. */
interface Part {
  readonly entries: readonly Assembled[];
  readonly from: number;
  /** Everything since the time that was asked for is in it. */
  readonly whole: boolean;
}

/** The end of a log file inside the working directory; read backwards, so its size does not matter. */
export function fileLogs(
  path: string,
  format: LineFormat,
  deps: { readonly now: () => Date; readonly growth?: Growth },
): Logs {
  const { growth = new Growth() } = deps;
  return {
    async read({ seconds, signal }) {
      const now = deps.now().getTime();
      const since = now - seconds * 1000;
      const opened = await open(path);
      using _ = { [Symbol.dispose]: opened.close };
      const known = growth.sizeAt(path, since, { size: opened.size, file: opened.ino });
      growth.look(path, { at: now, size: opened.size, file: opened.ino });
      const reading = { format, since, near: now, signal };
      const read = await partOf(opened, { ...reading, known });
      const older = read.part.from === 0 && !startsBefore(read.part.entries, since + read.shift)
        ? await olderPart(path, reading)
        : null;
      return readOf({ opened, since, seconds, format, known, older, ...read });
    },
  };
}

interface Reading {
  readonly format: LineFormat;
  readonly since: number;
  readonly near: number;
  readonly signal: AbortSignal;
  readonly known?: number | null;
}

interface ReadPart {
  readonly part: Part;
  /** What is taken off times that name no zone; milliseconds. */
  readonly shift: number;
  readonly timed: boolean;
}

async function partOf(opened: Opened, reading: Reading): Promise<ReadPart> {
  const { size } = opened;
  const { since, format, near } = reading;
  const end = assembled(await textAt(opened, Math.max(0, size - PROBE), size), { format, near });
  const shift = format.zone === undefined ? shiftOf(end, opened.written, since) : 0;
  const timed = end.some((entry) => entry.at !== null);
  const from = timed
    ? await beginning(opened, { ...reading, since: since + shift })
    : Math.max(reading.known ?? 0, size - (reading.known == null ? MOST_UNTIMED : MOST), 0);
  const text = await textAt(opened, from, size);
  const { entries, skipped } = await assembledInTurns(text, reading);
  const whole = !skipped && (from === 0 || !timed || startsBefore(entries, since + shift));
  return { part: { entries, from, whole }, shift, timed };
}

/** Where to begin, so that everything since the time that was asked for is read; not more than `MOST` before the end. */
async function beginning(opened: Opened, { format, near, since, signal }: Reading): Promise<number> {
  const { size } = opened;
  for (let length = BLOCK; length < size && length < MOST; length *= 2) {
    signal.throwIfAborted();
    const from = even(size - length);
    const probe = assembled(await textAt(opened, from, Math.min(size, from + PROBE)), { format, near });
    const first = probe.find((entry) => entry.at !== null);
    if (first !== undefined && first.at! < since - 1000) return from;
  }
  return size > MOST ? even(size - MOST) : 0;
}

/** UTF-16's characters begin at even places. */
function even(place: number): number {
  return Math.max(0, place - place % 2);
}

function assembled(text: string, { format, near }: Pick<Reading, "format" | "near">): readonly Assembled[] {
  const lines = linesOf(text);
  const reader = startReading({ format, near, terminated: isTerminated(text) });
  for (const [index, line] of lines.entries()) reader.add({ text: line }, lines[index + 1] ?? "");
  return reader.end();
}

async function assembledInTurns(
  text: string,
  { format, near, signal }: Reading,
): Promise<{ readonly entries: readonly Assembled[]; readonly skipped: boolean }> {
  const lines = linesOf(text);
  const begin = () => startReading({ format, near, terminated: isTerminated(text) });
  let reader = begin();
  let skipped = false;
  const started = performance.now();
  let turn = started;
  for (let index = 0; index < lines.length; index++) {
    reader.add({ text: lines[index]! }, lines[index + 1] ?? "");
    if (index % 64 !== 0 || performance.now() - turn < TURN) continue;
    await new Promise((resolve) => setTimeout(resolve, 0));
    signal.throwIfAborted();
    turn = performance.now();
    const spent = turn - started;
    const possible = Math.max(1000, (LONGEST - spent) / spent * index);
    if (!skipped && spent > KNOWN_AFTER && lines.length - index > possible) {
      // The newest lines tell the most.
      index = lines.length - Math.floor(possible);
      reader = begin();
      skipped = true;
    }
  }
  return { entries: reader.end(), skipped };
}

/** What was written before the file was rotated. */
async function olderPart(
  path: string,
  reading: Reading,
): Promise<{ readonly path: string; readonly read: ReadPart } | null> {
  const beside = await rotatedBeside(path, reading.since);
  if (beside === null) return null;
  try {
    const opened = await open(beside);
    using _ = { [Symbol.dispose]: opened.close };
    return { path: beside, read: await partOf(opened, reading) };
  } catch (error) {
    if (error instanceof ToolError) return null;
    throw error;
  }
}

function readOf(
  found: ReadPart & {
    readonly opened: Opened;
    readonly since: number;
    readonly seconds: number;
    readonly format: LineFormat;
    readonly known: number | null;
    readonly older: { readonly path: string; readonly read: ReadPart } | null;
  },
): LogRead {
  const { opened, since, seconds, format, known, older, part, shift, timed } = found;
  const { path, written, size } = opened;
  // Lines without times in a file that nobody has written to since are old.
  const asleep = !timed && known === null && written !== null && written < since;
  const older_ = older?.read.part.entries.map((one) => entryOf(one, older.read.shift)) ?? [];
  const own = asleep ? [] : part.entries.map((one) => entryOf(one, shift));
  const all = [...older_, ...own].filter(({ at, message }) =>
    message !== "" && (at === null || Date.parse(at) >= since)
  );
  const errors = errorsOf(all, format);
  const hours = -shift / 3_600_000;
  return withNotes(
    { entries: errors, from: older ? `${older.path} and ${path}` : path, limited: !part.whole, seen: all.length },
    [
      notUnderstood(all, errors, `say what a line looks like with \`entry\` (${path})`),
      size === 0 && all.length === 0
        ? `${path} is empty: nothing was written to it since it was made or emptied (rotated?)`
        : null,
    ],
    [
      size > 0 && all.length === 0
        ? `${path} has no lines of the last ${seconds} s${lastWritten(part, shift, written)}`
        : null,
      shift !== 0
        ? `the times in ${path} name no zone; its last write shows that they are UTC${hours <= 0 ? "+" : "-"}${
          Math.abs(hours)
        } (\`zone\` says it for certain)`
        : null,
      !timed && known === null && errors.length > 0
        ? `the lines in ${path} have no times: its newest ${all.length} entries were read, of which some may be older than ${seconds} s`
        : null,
      older ? `${path} begins after that time; ${older.path} was read, too` : null,
    ],
  );
}

function lastWritten({ entries }: Part, shift: number, written: number | null): string {
  const last = entries.findLast((entry) => entry.at !== null);
  const at = last === undefined ? written : last.at! - (last.zoned ? 0 : shift);
  return at === null ? "" : `; the newest is from ${new Date(at).toISOString().slice(0, 19)}Z`;
}

function startsBefore(entries: readonly Assembled[], since: number): boolean {
  const first = entries.find((entry) => entry.at !== null);
  return first !== undefined && first.at! < since;
}

/** @throws {ToolError} saying what is in the way. */
async function open(path: string): Promise<Opened> {
  let file: Deno.FsFile | undefined;
  try {
    if (await leadsAway(path)) throw outside(path);
    file = await Deno.open(path);
    const { size, mtime, ino, isDirectory } = await file.stat();
    if (isDirectory) throw new ToolError("refused", `log ${path}: it is a folder; name a file in it`);
    const about = { path, written: mtime?.getTime() ?? null, ino };
    if (!path.endsWith(".gz")) {
      const opened = file;
      return { ...about, size, read: (from, to) => bytesAt(opened, from, to), close: () => opened.close() };
    }
    const bytes = await unpacked(file, MOST);
    return {
      ...about,
      size: bytes.length,
      read: (from, to) => Promise.resolve(bytes.subarray(from, to)),
      close: () => {},
    };
  } catch (cause) {
    try {
      file?.close();
    } catch {
      // Unpacking has closed it.
    }
    if (cause instanceof ToolError) throw cause;
    if (cause instanceof Deno.errors.NotFound) {
      throw new ToolError("not_found", `log ${path}: there is no such file`, { cause });
    }
    // A link is followed before it is looked whether the file may be read.
    if (cause instanceof Deno.errors.NotCapable) throw outside(path, cause);
    throw new ToolError("refused", `log ${path}: it cannot be read`, { cause });
  }
}

/** Folders in which logs are linked from one to the other, as kubelet and Docker do. */
const LOG_FOLDERS = ["/var/log", "/var/lib/docker/containers"];

/** Whether a link leads out of the folder that the configuration names, and out of the working directory. */
async function leadsAway(path: string): Promise<boolean> {
  const real = await Deno.realPath(path);
  const folder = path.includes("/") ? path.slice(0, path.lastIndexOf("/")) || "/" : ".";
  // A link among the folders of a relative path leads out of the working directory, too.
  const named = path.startsWith("/") ? [await Deno.realPath(folder), ...LOG_FOLDERS] : [];
  return ![Deno.cwd(), await Deno.realPath("."), ...named].some((one) => real.startsWith(one.replace(/\/?$/, "/")));
}

function outside(path: string, cause?: unknown): ToolError {
  return new ToolError("refused", `log ${path} leads outside the working directory: write it there or bind-mount it`, {
    cause,
  });
}

/** Text of a part of a file, its first line left out where it is cut. */
async function textAt({ read }: Opened, from: number, to: number): Promise<string> {
  // What ends right before it shows that a line is whole; UTF-16 has two bytes for that.
  const text = decode(await read(Math.max(0, from - 2), to));
  return from === 0 ? text : text.slice(text.indexOf("\n") + 1);
}
