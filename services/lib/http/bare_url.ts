/** An address without user, password, query and fragment, as it may be shown. */
export function bareUrl(address: string): string {
  const url = URL.parse(address);
  if (url === null) return "an address that cannot be read";
  return `${url.protocol}//${url.host}${url.pathname.replace(/(?<!\/)\/+$/, "")}`;
}
