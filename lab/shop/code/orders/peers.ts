/** Another service answered badly, or not at all. */
export class PeerError extends Error {
  override name = "PeerError";
  constructor(message: string, readonly status: 502 | 504, options?: ErrorOptions) {
    super(message, options);
  }
}

type Measure = (peer: URL, method: string, result: string, seconds: number) => void;

/** Calls to the services that orders needs; several addresses take turns. */
export class Peer {
  #turn = 0;

  constructor(
    readonly name: string,
    readonly urls: readonly string[],
    readonly timeoutMs: number,
    readonly measure: Measure,
  ) {}

  async call(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ readonly status: number; readonly body: unknown }> {
    const url = new URL(path, this.urls[this.#turn++ % this.urls.length]);
    const begun = performance.now();
    let result = "error";
    try {
      const response = await fetch(url, {
        method,
        signal: AbortSignal.timeout(this.timeoutMs),
        ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
      });
      result = String(response.status);
      const text = await response.text();
      if (response.status >= 500) {
        throw new PeerError(
          `${this.name} answered ${response.status} to ${method} ${url}: ${text.trim().slice(0, 200)}`,
          502,
        );
      }
      return { status: response.status, body: JSON.parse(text) };
    } catch (error) {
      if (error instanceof PeerError) throw error;
      if (result === "error") result = (error as Error).name;
      const late = (error as Error).name === "TimeoutError";
      const what = late ? `no answer within ${this.timeoutMs} ms` : (error as Error).message;
      throw new PeerError(`${method} ${url}: ${what}`, late ? 504 : 502, { cause: error });
    } finally {
      this.measure(url, method, result, (performance.now() - begun) / 1000);
    }
  }
}
