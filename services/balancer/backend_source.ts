import * as v from "valibot";

/** Where the list of backends comes from. */
export interface BackendSource {
  /** Its name in log lines. */
  readonly name: string;
  /** Its address, as a field of log lines. */
  readonly where: Readonly<Record<string, string>>;
  /**
   * The backends' URLs now.
   *
   * @throws when the source does not answer.
   */
  list(signal: AbortSignal): Promise<readonly string[]>;
}

const Backends = v.object({ backends: v.array(v.string()) });

/** The manager at `url`: `GET /backends`. */
export function managerSource(url: string, fetch: typeof globalThis.fetch): BackendSource {
  return {
    name: "manager",
    where: { url },
    async list(signal) {
      const response = await fetch(`${url}/backends`, { signal });
      const body: unknown = await response.json();
      if (!response.ok) throw new Error(`status ${response.status}`);
      return v.parse(Backends, body).backends;
    },
  };
}
