import { ToolError } from "../../tool_error.ts";

/** Unpacked bytes that are read of a compressed file at most. */
const MOST_UNPACKED = 256 * 2 ** 20;

/** The bytes of a file between two places. */
export async function bytesAt(file: Deno.FsFile, from: number, to: number): Promise<Uint8Array> {
  await file.seek(from, Deno.SeekMode.Start);
  const bytes = new Uint8Array(to - from);
  let filled = 0;
  while (filled < bytes.length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return bytes.subarray(0, filled);
}

/**
 * The last `most` bytes of what a gzip file holds; the file is closed by that.
 *
 * @throws {ToolError} when it is none, or holds too much.
 */
export async function unpacked(file: Deno.FsFile, most: number): Promise<Uint8Array> {
  const kept: Uint8Array[] = [];
  let size = 0;
  let all = 0;
  try {
    for await (const piece of file.readable.pipeThrough(new DecompressionStream("gzip"))) {
      kept.push(piece);
      size += piece.length;
      all += piece.length;
      if (all > MOST_UNPACKED) {
        throw new ToolError("refused", `a compressed log holds more than ${MOST_UNPACKED / 2 ** 20} MB`);
      }
      while (size - kept[0]!.length >= most) size -= kept.shift()!.length;
    }
  } catch (cause) {
    if (cause instanceof ToolError) throw cause;
    throw new ToolError("bad_answer", "a compressed log is not in the form of gzip, or is cut off", { cause });
  }
  const bytes = new Uint8Array(size);
  let place = 0;
  for (const piece of kept) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}
