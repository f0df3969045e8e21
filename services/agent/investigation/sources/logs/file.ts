import { ToolError } from "../../tools/tool.ts";
import type { LogEntry, Logs } from "./entry.ts";
import { isError, type LineFormat, parseLines } from "./lines.ts";

const BLOCK = 256 * 1024;
const MOST = 8 * 2 ** 20;

/** The end of a log file inside the working directory; read backwards, so its size does not matter. */
export function fileLogs(path: string, format: LineFormat, deps: { readonly now: () => Date }): Logs {
  return {
    async read({ seconds, signal }) {
      const since = deps.now().getTime() - seconds * 1000;
      const { file, size } = await opened(path);
      using _ = file;
      let from = size;
      let text = "";
      let entries: LogEntry[] = [];
      do {
        signal.throwIfAborted();
        from = Math.max(0, from - BLOCK);
        await file.seek(from, Deno.SeekMode.Start);
        text = await readExactly(file, size - from);
        // The first line is cut unless the file begins there.
        entries = parseLines(from === 0 ? text : text.slice(text.indexOf("\n") + 1), format);
      } while (from > 0 && size - from < MOST && !startsBefore(entries, since));
      const wanted = entries.filter((entry) =>
        isError(entry, format) && (entry.at === null || Date.parse(entry.at) >= since)
      );
      return { entries: wanted, from: path, limited: from > 0 && !startsBefore(entries, since) };
    },
  };
}

/** @throws {ToolError} saying what is in the way. */
async function opened(path: string): Promise<{ readonly file: Deno.FsFile; readonly size: number }> {
  let file: Deno.FsFile | undefined;
  try {
    file = await Deno.open(path);
    return { file, size: (await file.stat()).size };
  } catch (cause) {
    file?.close();
    if (cause instanceof Deno.errors.NotFound) {
      throw new ToolError("not_found", `log ${path}: there is no such file`, { cause });
    }
    // A link is followed before it is looked whether the file may be read.
    const outside = cause instanceof Deno.errors.NotCapable;
    throw new ToolError(
      "refused",
      outside
        ? `log ${path} leads outside the working directory: write it there or bind-mount it`
        : `log ${path}: it cannot be read`,
      { cause },
    );
  }
}

function startsBefore(entries: readonly LogEntry[], since: number): boolean {
  const first = entries.find((entry) => entry.at !== null);
  return first !== undefined && Date.parse(first.at!) < since;
}

async function readExactly(file: Deno.FsFile, length: number): Promise<string> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const read = await file.read(bytes.subarray(filled));
    if (read === null) break;
    filled += read;
  }
  return new TextDecoder().decode(bytes.subarray(0, filled));
}
