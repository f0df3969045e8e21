/** The inventory did not answer as it should. */
export class StockException extends Error {
  override name = "StockException";
}

/** The inventory's part of a product. */
export class Stock {
  constructor(
    readonly url: string,
    readonly timeoutMs: number,
    readonly measure: (status: string, s: number) => void,
  ) {}

  async has(id: string): Promise<boolean> {
    const response = await this.#get(`/items/${id}`);
    await response.body?.cancel();
    return response.status === 200;
  }

  async freightClasses(): Promise<unknown> {
    const response = await this.#get("/random-endpoint/stock-count");
    return await response.json();
  }

  async #get(path: string): Promise<Response> {
    const begun = performance.now();
    let status = "IO_ERROR";
    try {
      const response = await fetch(`${this.url}${path}`, { signal: AbortSignal.timeout(this.timeoutMs) });
      status = String(response.status);
      if (response.status < 500) return response;
      throw new StockException(
        `${response.status} from GET ${this.url}${path}: "${(await response.text()).slice(0, 120)}"`,
      );
    } catch (cause) {
      if (cause instanceof StockException) throw cause;
      throw new StockException(`I/O error on GET request for "${this.url}${path}"`, { cause });
    } finally {
      this.measure(status, (performance.now() - begun) / 1000);
    }
  }
}
