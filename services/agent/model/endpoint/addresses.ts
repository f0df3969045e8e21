/** The base URL without `/chat/completions` at its end and without its query (`?api-version=…`), and the query. */
export function splitBase(baseUrl: string): { readonly base: string; readonly query: URLSearchParams } {
  const url = new URL(baseUrl);
  const query = new URLSearchParams(url.searchParams);
  url.search = "";
  url.hash = "";
  // Some providers show the full address of the completions for copying.
  return { base: url.href.replace(/(?<!\/)\/+$/, "").replace(/\/chat\/completions$/, ""), query };
}

/** Where an endpoint may list its models, the likeliest first: as given, below `/v1`, or above an Azure deployment. */
export function modelListUrls(baseUrl: string): string[] {
  const { base, query } = splitBase(baseUrl);
  const above = base.replace(/\/deployments\/[^/]+$/, "");
  const bases = above === base ? [base, `${base}/v1`] : [above];
  const end = query.size === 0 ? "" : `?${query}`;
  return bases.map((one) => `${one}/models${end}`);
}
