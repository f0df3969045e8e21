import { Buffer } from "node:buffer";
import { ApiError } from "../../lib/http/mod.ts";

/** Largest delivery that is taken, in bytes. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

// What all bodies being read may hold together: a storm must not become a memory problem.
const MAX_HELD_BYTES = 16 * MAX_BODY_BYTES;
// How long one may take to arrive: a sender that stalls must not hold that room for ever.
const ARRIVAL_MS = 20_000;

/** Reads bodies within bounds, one by one and together. */
export class BodyReader {
  #heldBytes = 0;

  /**
   * The body as text, given to `use`; its bytes count as held until that settles.
   *
   * @throws {ApiError} 413 `too_large`, 503 `overloaded`, or 503 `body_incomplete`.
   */
  async read<T>(request: Request, use: (body: string) => Promise<T>): Promise<T> {
    const declared = Number(request.headers.get("content-length") ?? MAX_BODY_BYTES);
    if (declared > MAX_BODY_BYTES) throw tooLarge();
    if (this.#heldBytes + declared > MAX_HELD_BYTES) {
      throw new ApiError(503, "overloaded", "Too many deliveries at once: send this one again.");
    }
    this.#heldBytes += declared;
    try {
      const bytes = await inTime(request.headers.has("content-length") ? whole(request) : bounded(request));
      return await use(decoded(bytes));
    } finally {
      this.#heldBytes -= declared;
    }
  }
}

async function inTime<T>(body: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(incomplete(`not within ${ARRIVAL_MS / 1_000} s`)), ARRIVAL_MS);
  });
  try {
    return await Promise.race([body, late]);
  } finally {
    clearTimeout(timer);
  }
}

async function whole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch (cause) {
    throw incomplete(cause);
  }
}

async function bounded(request: Request): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (cause) {
    throw cause instanceof ApiError ? cause : incomplete(cause);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * The text of a body. JSON is UTF-8 whatever its header claims; UTF-16 shows by its zeros or its mark, and what is
 * neither comes from a program that knows only its own code page.
 */
export function decoded(bytes: Uint8Array): string {
  const [first, second, third, fourth] = bytes;
  if (first === 0xff && second === 0xfe || second === 0 && fourth === 0 && first !== 0) {
    return new TextDecoder("utf-16le").decode(bytes);
  }
  if (first === 0xfe && second === 0xff || first === 0 && third === 0 && second !== 0) {
    return new TextDecoder("utf-16be").decode(bytes);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

function tooLarge(): ApiError {
  const mebibytes = MAX_BODY_BYTES / 1024 / 1024;
  return new ApiError(
    413,
    "too_large",
    `A delivery may have ${mebibytes} MB: set max_alerts in this receiver's webhook_configs, or group by more labels.`,
  );
}

function incomplete(cause: unknown): ApiError {
  return new ApiError(503, "body_incomplete", "The body broke off: send it again.", {}, { cause });
}
