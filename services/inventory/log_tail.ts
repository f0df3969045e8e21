/** One entry of the common error log; `timestamp` as the file has it, in UTC. */
export interface LogEntry {
  readonly timestamp: string;
  readonly pid: number;
  readonly level: string;
  /** The message and, on further lines, its stack. */
  readonly message: string;
}

/** Which entries are wanted. */
export interface TailOptions {
  /** Entries since then, in milliseconds since the epoch. */
  readonly since: number;
  /** The newest that many. */
  readonly limit: number;
  /** Bytes read at a time; tests make it small. */
  readonly blockBytes?: number;
  /** Bytes read altogether. */
  readonly maxBytes?: number;
}

const NEWLINE = 10;
const HEADER = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) (\d+) ([A-Z]+) (.*)$/s;
/** A last line that was cut off before its message began. */
const CUT_HEADER = /^\d{4}-[\d\-]*( [\d:,]*( \d*( [A-Z]*)?)?)?$/;

/**
 * The newest entries of a log, oldest first, read from its end in blocks: the time it takes depends on what is wanted,
 * not on the file's size. Goes on into `<path>.1` when the log was rotated meanwhile. A missing file has no entries.
 */
export async function tailLog(path: string, options: TailOptions): Promise<LogEntry[]> {
  const wanted: Wanted = { ...options, newestFirst: [], budget: options.maxBytes ?? 8 * 2 ** 20 };
  if (!await readBackwards(path, wanted)) await readBackwards(`${path}.1`, wanted);
  // Processes write their entries in turn, so neighbors can be a few milliseconds out of order.
  return wanted.newestFirst.reverse().sort((a, b) =>
    a.timestamp < b.timestamp ? -1 : a.timestamp > b.timestamp ? 1 : 0
  );
}

interface Wanted extends TailOptions {
  readonly newestFirst: LogEntry[];
  budget: number;
}

/** Collects entries from the end of one file; true when no older ones are wanted. */
async function readBackwards(path: string, wanted: Wanted): Promise<boolean> {
  let file: Deno.FsFile;
  try {
    file = await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
  try {
    let end = (await file.stat()).size;
    let blockBytes = wanted.blockBytes ?? 64 * 1024;
    let carry: Uint8Array = new Uint8Array(0);
    let last = true;
    while (end > 0 && wanted.budget > 0) {
      const start = Math.max(0, end - Math.min(blockBytes, wanted.budget));
      wanted.budget -= end - start;
      const block = new Uint8Array(end - start + carry.length);
      await readFully(file, start, block.subarray(0, end - start));
      block.set(carry, end - start);
      end = start;
      const first = firstEntry(block, start === 0);
      if (first === -1) {
        carry = block;
        // One entry larger than a block: larger blocks keep the copying linear.
        blockBytes *= 2;
        continue;
      }
      carry = block.subarray(0, first);
      const done = collect(new TextDecoder().decode(block.subarray(first)), last, wanted);
      last = false;
      if (done) return true;
    }
    return wanted.budget <= 0;
  } finally {
    file.close();
  }
}

/** Adds the entries of `text`, newest first; true when the limit is reached or all of them are too old. */
function collect(text: string, last: boolean, wanted: Wanted): boolean {
  const entries = parseEntries(text, last);
  let tooOld = 0;
  for (let i = entries.length - 1; i >= 0; i--) {
    if (wanted.newestFirst.length >= wanted.limit) return true;
    if (entryTime(entries[i]!) >= wanted.since) wanted.newestFirst.push(entries[i]!);
    else tooOld++;
  }
  return tooOld > 0 && tooOld === entries.length;
}

/** The entries of a piece of log, oldest first; lines before the first entry belong to none. */
export function parseEntries(text: string, endsFile = true): LogEntry[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  else if (endsFile && CUT_HEADER.test(lines.at(-1)!)) lines.pop();
  const entries: { timestamp: string; pid: number; level: string; message: string }[] = [];
  for (const line of lines) {
    const header = HEADER.exec(line);
    if (header !== null) {
      entries.push({ timestamp: header[1]!, pid: Number(header[2]), level: header[3]!, message: header[4]! });
    } else {
      const entry = entries.at(-1);
      if (entry !== undefined) entry.message += `\n${line}`;
    }
  }
  return entries;
}

function entryTime(entry: LogEntry): number {
  return Date.parse(`${entry.timestamp.replace(" ", "T").replace(",", ".")}Z`);
}

/** Offset of the first entry that begins in `block`; -1 when none does. */
function firstEntry(block: Uint8Array, atStart: boolean): number {
  if (atStart && startsEntry(block, 0)) return 0;
  for (let newline = block.indexOf(NEWLINE); newline !== -1; newline = block.indexOf(NEWLINE, newline + 1)) {
    if (startsEntry(block, newline + 1)) return newline + 1;
  }
  return -1;
}

const TIME = "dddd-dd-dd dd:dd:dd,ddd ";
const [ZERO, NINE, SPACE, A, Z] = [48, 57, 32, 65, 90] as const;

/** Whether `block` has an entry's head at `offset`: the same as HEADER, on bytes. */
function startsEntry(block: Uint8Array, offset: number): boolean {
  for (let i = 0; i < TIME.length; i++) {
    const byte = block[offset + i];
    if (TIME[i] === "d" ? !within(byte, ZERO, NINE) : byte !== TIME.charCodeAt(i)) return false;
  }
  const level = wordEnd(block, offset + TIME.length, ZERO, NINE);
  return level !== -1 && wordEnd(block, level, A, Z) !== -1;
}

/** Offset after the space that ends a word of bytes from `low` to `high`; -1 when there is no such word. */
function wordEnd(block: Uint8Array, offset: number, low: number, high: number): number {
  let end = offset;
  while (within(block[end], low, high)) end++;
  return end > offset && block[end] === SPACE ? end + 1 : -1;
}

function within(byte: number | undefined, low: number, high: number): boolean {
  return byte !== undefined && byte >= low && byte <= high;
}

async function readFully(file: Deno.FsFile, start: number, into: Uint8Array): Promise<void> {
  await file.seek(start, Deno.SeekMode.Start);
  for (let filled = 0; filled < into.length;) {
    const read = await file.read(into.subarray(filled));
    // The file was truncated meanwhile; the missing part stays zero, which is no entry.
    if (read === null) return;
    filled += read;
  }
}
