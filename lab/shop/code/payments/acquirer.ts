/** The bank refused the request, or answered with something that is no answer. */
export class AcquirerError extends Error {
  override name = "AcquirerError";
}

export interface AcquirerSettings {
  readonly host: string;
  readonly port: number;
  readonly key: string;
  readonly timeout_s: number;
  readonly ca_file: string;
}

/** The bank that takes the money. */
export class Acquirer {
  readonly #client: Deno.HttpClient;

  constructor(readonly settings: AcquirerSettings) {
    this.#client = Deno.createHttpClient({ caCerts: [Deno.readTextFileSync(settings.ca_file)], poolMaxIdlePerHost: 0 });
  }

  /** Returns the bank's reference for an amount in cents. */
  async authorize(customer: string, cents: number): Promise<string> {
    const { host, port, key, timeout_s } = this.settings;
    const url = `https://${host}:${port}/v1/authorizations`;
    const response = await fetch(url, {
      client: this.#client,
      method: "POST",
      signal: AbortSignal.timeout(timeout_s * 1_000),
      headers: { authorization: `Bearer ${key}`, "content-type": "application/json" },
      body: JSON.stringify({ customer, cents }),
    });
    const text = await response.text();
    if (response.status !== 201) {
      throw new AcquirerError(`${response.status} ${response.statusText} for url: ${url}: ${text}`);
    }
    return JSON.parse(text).reference;
  }
}
