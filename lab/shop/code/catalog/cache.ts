/** The cache could not be asked. */
export class CacheConnectionException extends Error {
  override name = "CacheConnectionException";
}

/** A client for GET and SET, one request at a time. */
export class Cache {
  #conn: Deno.Conn | undefined;
  #last: Promise<unknown> = Promise.resolve();

  constructor(readonly host: string, readonly port: number) {}

  async get(key: string): Promise<string | undefined> {
    const answer = await this.#ask(["GET", key]);
    return answer.startsWith("$-1") ? undefined : answer.split("\r\n")[1];
  }

  async set(key: string, value: string): Promise<void> {
    await this.#ask(["SET", key, value]);
  }

  async #ask(words: readonly string[]): Promise<string> {
    const turn = this.#last.then(() => this.#send(words));
    this.#last = turn.catch(() => {});
    return await turn;
  }

  async #send(words: readonly string[]): Promise<string> {
    try {
      this.#conn ??= await Deno.connect({ hostname: this.host, port: this.port });
      const text = `*${words.length}\r\n${words.map((word) => `$${word.length}\r\n${word}\r\n`).join("")}`;
      await this.#conn.write(new TextEncoder().encode(text));
      const buffer = new Uint8Array(4096);
      const read = await this.#conn.read(buffer);
      if (read === null) throw new Error("Connection reset by peer");
      return new TextDecoder().decode(buffer.subarray(0, read));
    } catch (cause) {
      this.#conn = undefined;
      throw new CacheConnectionException(`Unable to connect to ${this.host}:${this.port}`, { cause });
    }
  }
}
