import { Buffer } from "node:buffer";
import { ApiError } from "../../lib/http/mod.ts";

/** Largest delivery that is taken, in bytes. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** What bodies may hold, and for how long. */
export interface BodyLimits {
  /** All bodies together, in bytes: a storm must not become a memory problem. */
  readonly heldBytes: number;
  /** How long one may take to arrive, in milliseconds: one that stalls must not hold its room for ever. */
  readonly arrivalMs: number;
}

const LIMITS: BodyLimits = { heldBytes: 16 * MAX_BODY_BYTES, arrivalMs: 20_000 };
/** Room for so little is taken at once; a connection costs as much. */
const SMALL_BYTES = 64 * 1024;

/** A body that arrives; what it holds is what has arrived of it, not what was announced. */
interface Arrival {
  bytes: number;
  /** Ends it before all of it is there; undefined once it is. */
  end: ((reason: ApiError) => void) | undefined;
}

/** Reads bodies within bounds, one by one and together. When there is no room, the one that has taken longest goes. */
export class BodyReader {
  readonly #limits: BodyLimits;
  /** The oldest first. */
  readonly #arrivals = new Set<Arrival>();
  #heldBytes = 0;

  constructor(limits: Partial<BodyLimits> = {}) {
    this.#limits = { ...LIMITS, ...limits };
  }

  /**
   * The body as text, given to `use`; its bytes count as held until that settles.
   *
   * @throws {ApiError} 413 `too_large`, 503 `overloaded`, or 503 `body_incomplete`.
   */
  async read<T>(request: Request, use: (body: string) => Promise<T>): Promise<T> {
    const declared = Number(request.headers.get("content-length") ?? NaN);
    if (declared > MAX_BODY_BYTES) throw tooLarge();
    const arrival: Arrival = { bytes: 0, end: undefined };
    this.#arrivals.add(arrival);
    try {
      const body = declared <= SMALL_BYTES
        ? (this.#hold(arrival, declared), whole(request))
        : this.#pieces(request, arrival);
      const bytes = await this.#inTime(body, arrival);
      return await use(decoded(bytes));
    } finally {
      this.#release(arrival);
    }
  }

  async #inTime<T>(body: Promise<T>, arrival: Arrival): Promise<T> {
    const { arrivalMs } = this.#limits;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ended = new Promise<never>((_, reject) => {
      arrival.end = reject;
      timer = setTimeout(() => reject(incomplete(`not within ${arrivalMs / 1_000} s`)), arrivalMs);
    });
    try {
      return await Promise.race([body, ended]);
    } finally {
      clearTimeout(timer);
      arrival.end = undefined;
    }
  }

  async #pieces(request: Request, arrival: Arrival): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    const reader = (request.body ?? new ReadableStream({ start: (controller) => controller.close() })).getReader();
    try {
      while (true) {
        const { done, value } = await reader.read();
        if (done) return new Uint8Array(Buffer.concat(pieces));
        if (!this.#arrivals.has(arrival)) throw overloaded();
        if (arrival.bytes + value.byteLength > MAX_BODY_BYTES) throw tooLarge();
        this.#hold(arrival, value.byteLength);
        pieces.push(value);
      }
    } catch (cause) {
      throw cause instanceof ApiError ? cause : incomplete(cause);
    } finally {
      await reader.cancel().catch(() => {});
    }
  }

  /** @throws {ApiError} 503 when there is no room, and none to be made. */
  #hold(arrival: Arrival, bytes: number): void {
    while (this.#heldBytes + bytes > this.#limits.heldBytes) {
      const slowest = [...this.#arrivals].find((other) => other !== arrival && other.end !== undefined);
      if (slowest === undefined) throw overloaded();
      slowest.end!(overloaded());
      this.#release(slowest);
    }
    arrival.bytes += bytes;
    this.#heldBytes += bytes;
  }

  #release(arrival: Arrival): void {
    if (this.#arrivals.delete(arrival)) this.#heldBytes -= arrival.bytes;
  }
}

async function whole(request: Request): Promise<Uint8Array> {
  try {
    return await request.bytes();
  } catch (cause) {
    throw incomplete(cause);
  }
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

function overloaded(): ApiError {
  return new ApiError(503, "overloaded", "Too many deliveries at once: send this one again.");
}

function incomplete(cause: unknown): ApiError {
  return new ApiError(503, "body_incomplete", "The body broke off: send it again.", {}, { cause });
}
