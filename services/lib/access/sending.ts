/** Whom a token is shown to. */
export interface TokenFor {
  readonly token: string | undefined;
  /** Base URLs of the system's own servers. */
  readonly urls: readonly string[];
}

/** A fetch that shows the token to the system's own servers, and to nobody else. */
export function fetchWithToken(fetch: typeof globalThis.fetch, { token, urls }: TokenFor): typeof globalThis.fetch {
  if (token === undefined) return fetch;
  const origins = new Set(urls.filter((url) => URL.canParse(url)).map((url) => new URL(url).origin));
  return (input: string | URL | Request, init?: RequestInit) => {
    const url = input instanceof Request ? input.url : String(input);
    if (!URL.canParse(url) || !origins.has(new URL(url).origin)) return fetch(input, init);
    const request = new Request(input, init);
    if (!request.headers.has("authorization")) request.headers.set("authorization", `Bearer ${token}`);
    return fetch(request);
  };
}
