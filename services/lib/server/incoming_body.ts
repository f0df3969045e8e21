import { type Body, HttpProblem, Outgoing, type Reader } from "../http1/mod.ts";

const CHUNK_BYTES = 64 * 1024;

export interface IncomingBodyOptions {
  readonly maxBytes: number;
  /** Called before the first byte is waited for. */
  readonly beforeFirst: () => Promise<void>;
  /** Called when all of it has arrived. */
  readonly onDone: () => void;
}

/** A request's body as it arrives: read only as fast as it is consumed, and only up to a limit. */
export class IncomingBody {
  readonly stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Why reading it ended early. */
  problem: HttpProblem | undefined;
  readonly #body: Body;
  readonly #reader: Reader;
  readonly #options: IncomingBodyOptions;
  #begun = false;

  constructor(body: Body, reader: Reader, options: IncomingBodyOptions) {
    this.#body = body;
    this.#reader = reader;
    this.#options = options;
    this.stream = new ReadableStream({ pull: (controller) => this.#pull(controller) }, { highWaterMark: 0 });
  }

  get done(): boolean {
    return this.#body.done;
  }

  /** Ends it from outside, e.g. because it took too long. */
  fail(problem: HttpProblem): void {
    this.problem ??= problem;
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): Promise<void> {
    try {
      const chunk = await this.#next();
      if (chunk.length > 0) controller.enqueue(chunk);
      if (this.#body.done) {
        this.#options.onDone();
        controller.close();
      }
    } catch (error) {
      if (error instanceof HttpProblem) this.fail(error);
      controller.error(error);
    }
  }

  /** The next bytes; none only at the body's end. */
  async #next(): Promise<Uint8Array<ArrayBuffer>> {
    const out = new Outgoing(1_024, CHUNK_BYTES);
    for (;;) {
      if (this.problem !== undefined) throw this.problem;
      const pulled = this.#body.pull(this.#reader, out);
      if (this.#body.size > this.#options.maxBytes) throw bodyTooLarge(this.#options.maxBytes);
      if (pulled !== "more" || out.length > 0) return out.view();
      if (!this.#begun) {
        this.#begun = true;
        await this.#options.beforeFirst();
      }
      if (!(await this.#reader.fill()) && this.#reader.broken) throw new Deno.errors.ConnectionReset("the client went");
    }
  }
}

/** The refusal of a body over the limit. */
export function bodyTooLarge(maxBytes: number): HttpProblem {
  return new HttpProblem(413, "too_large", `Send at most ${maxBytes} bytes.`);
}
