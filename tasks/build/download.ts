import { createHash } from "node:crypto";

/** The sha256 of bytes or of a text, in hexadecimal. */
export function sha256(data: Uint8Array | string): string {
  return createHash("sha256").update(data).digest("hex");
}

/** Why something failed, in one line. */
export function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ").trim();
}

/** Whether `url` answers a HEAD request well within `timeoutMs`. */
export async function answers(url: string, timeoutMs = 5_000): Promise<boolean> {
  try {
    const response = await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(timeoutMs) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** How long a download may take. */
export interface DownloadOptions {
  /** Until the answer begins, in milliseconds. */
  readonly firstByteMs?: number;
  /** Between two pieces of the body, in milliseconds. */
  readonly stallMs?: number;
}

/** Downloads `url`; the error says what went wrong: no answer, a bad status, a stalled body, another checksum. */
export async function download(url: string, checksum: string, options: DownloadOptions = {}): Promise<Uint8Array> {
  const { firstByteMs = 8_000, stallMs = 20_000 } = options;
  const abort = new AbortController();
  let timer = setTimeout(() => abort.abort(new Error(`no answer within ${firstByteMs / 1000} s`)), firstByteMs);
  try {
    const response = await fetch(url, { signal: abort.signal }).catch((cause) => {
      throw abort.signal.aborted ? abort.signal.reason : new Error("it cannot be reached", { cause });
    });
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new Error(`answered ${response.status}`);
    }
    const pieces: Uint8Array[] = [];
    for await (const piece of response.body) {
      clearTimeout(timer);
      timer = setTimeout(() => abort.abort(new Error(`nothing more came for ${stallMs / 1000} s`)), stallMs);
      pieces.push(piece);
    }
    const bytes = new Uint8Array(await new Blob(pieces as BlobPart[]).arrayBuffer());
    const got = sha256(bytes);
    if (got !== checksum) throw new Error(`its sha256 is ${got}, expected ${checksum}`);
    return bytes;
  } finally {
    clearTimeout(timer);
  }
}
