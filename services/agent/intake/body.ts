import { ApiError, readBounded } from "../../lib/http/mod.ts";

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
      return await use(await inTime(request.headers.has("content-length") ? whole(request) : bounded(request)));
    } finally {
      this.#heldBytes -= declared;
    }
  }
}

async function inTime(body: Promise<string>): Promise<string> {
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

async function whole(request: Request): Promise<string> {
  try {
    return await request.text();
  } catch (cause) {
    throw incomplete(cause);
  }
}

async function bounded(request: Request): Promise<string> {
  const { text, cut } = await readBounded(request.body, MAX_BODY_BYTES).catch((cause) => {
    throw incomplete(cause);
  });
  if (cut) throw tooLarge();
  return text;
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
