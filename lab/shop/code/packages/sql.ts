/** What the database said of a statement that it did not carry out. */
export class SqlError extends Error {
  override name = "SqlError";
  constructor(message: string, readonly code: string) {
    super(message);
  }
}

export type Row = Record<string, string | number>;

interface Answer {
  readonly rows?: Row[];
  readonly error?: { readonly message: string; readonly code: string };
}

/** One session with the database; statements are answered in their order. */
export class Session {
  readonly #socket: Deno.Conn;
  readonly #waiting: PromiseWithResolvers<Row[]>[] = [];
  ended = false;

  private constructor(socket: Deno.Conn) {
    this.#socket = socket;
    this.#read();
  }

  static async open(host: string, port: number): Promise<Session> {
    try {
      const session = new Session(await Deno.connect({ hostname: host, port }));
      await session.query("SELECT 1");
      return session;
    } catch (error) {
      if (error instanceof SqlError) throw error;
      throw new SqlError(`could not connect to server at ${host}:${port}: ${(error as Error).message}`, "08006");
    }
  }

  async query(sql: string, params: readonly (string | number)[] = [], timeoutMs = 3_000): Promise<Row[]> {
    const waiting = Promise.withResolvers<Row[]>();
    this.#waiting.push(waiting);
    const timer = setTimeout(() => {
      this.#end(new SqlError(`no answer within ${timeoutMs} ms to ${sql}`, "57014"));
    }, timeoutMs);
    try {
      await this.#socket.write(new TextEncoder().encode(`${JSON.stringify({ sql, params })}\n`));
      return await waiting.promise;
    } catch (error) {
      waiting.promise.catch(() => {});
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  close(): void {
    this.#end(new SqlError("the session was closed", "08003"));
  }

  async #read(): Promise<void> {
    let rest = "";
    try {
      for await (const chunk of this.#socket.readable.pipeThrough(new TextDecoderStream() as never)) {
        const lines = (rest + chunk).split("\n");
        rest = lines.pop()!;
        for (const line of lines) this.#take(JSON.parse(line));
      }
      this.#end(new SqlError("server closed the connection unexpectedly", "08006"));
    } catch (error) {
      this.#end(new SqlError(`connection lost: ${(error as Error).message}`, "08006"));
    }
  }

  #take({ rows, error }: Answer): void {
    const waiting = this.#waiting.shift();
    if (error) waiting?.reject(new SqlError(error.message, error.code));
    else waiting?.resolve(rows ?? []);
  }

  #end(error: SqlError): void {
    if (this.ended) return;
    this.ended = true;
    for (const waiting of this.#waiting.splice(0)) waiting.reject(error);
    try {
      this.#socket.close();
    } catch {
      // It is closed already.
    }
  }
}

export interface PoolOptions {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  readonly size: number;
  readonly waitMs: number;
}

/** So many sessions at most; who asks for one more waits until one is released. */
export class Pool {
  readonly #idle: Session[] = [];
  readonly #waiting: PromiseWithResolvers<Session>[] = [];
  #open = 0;

  constructor(readonly options: PoolOptions) {}

  get active(): number {
    return this.#open - this.#idle.length;
  }

  get idle(): number {
    return this.#idle.length;
  }

  get pending(): number {
    return this.#waiting.length;
  }

  async acquire(): Promise<Session> {
    let session = this.#idle.pop();
    while (session?.ended) {
      this.#open--;
      session = this.#idle.pop();
    }
    if (session) return session;
    const { host, port, size } = this.options;
    if (this.#open < size) {
      this.#open++;
      try {
        return await Session.open(host, port);
      } catch (error) {
        this.#open--;
        throw error;
      }
    }
    return await this.#wait();
  }

  release(session: Session): void {
    if (session.ended) {
      this.#open--;
      return;
    }
    const next = this.#waiting.shift();
    if (next) next.resolve(session);
    else this.#idle.push(session);
  }

  /** Runs one statement in a session of the pool. */
  async query(sql: string, params: readonly (string | number)[] = []): Promise<Row[]> {
    const session = await this.acquire();
    try {
      return await session.query(sql, params);
    } finally {
      this.release(session);
    }
  }

  async #wait(): Promise<Session> {
    const { name, waitMs, size } = this.options;
    const waiting = Promise.withResolvers<Session>();
    this.#waiting.push(waiting);
    const timer = setTimeout(() => {
      const index = this.#waiting.indexOf(waiting);
      if (index < 0) return;
      this.#waiting.splice(index, 1);
      waiting.reject(
        new SqlError(
          `${name} - Connection is not available, request timed out after ${waitMs}ms ` +
            `(total=${this.#open}, active=${this.active}, idle=${this.idle}, waiting=${this.pending}, size=${size})`,
          "08001",
        ),
      );
    }, waitMs);
    try {
      return await waiting.promise;
    } finally {
      clearTimeout(timer);
    }
  }
}
