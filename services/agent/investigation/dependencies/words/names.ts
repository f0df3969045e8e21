import type { Words } from "../failure.ts";

/** A name that no address was found for. */
export const names: readonly Words[] = [
  {
    way: "dns",
    words:
      /\b(?:ENOTFOUND|EAI_AGAIN|EAI_NONAME|EAI_NODATA|UnknownHostException|UnresolvedAddressException|NameResolutionError|NXDOMAIN|gaierror)\b/,
  },
  {
    way: "dns",
    words:
      /name or service not known|temporary failure in name resolution|nodename nor servname|\bno such host\b|getaddrinfo failed|name (?:or node )?does not resolve|could not resolve (?:host|proxy|name)|cannot resolve host|failed to (?:resolve|lookup address)|name resolution fail|(?:could|can)(?: ?not|'t) (?:be )?resolved? \(\d|could not translate host name|host not found in upstream|php_network_getaddresses|dns (?:lookup|resolution|error)\b.{0,40}(?:fail|error|timed out)|server misbehaving|dns_resolution_failure|ORA-12154/i,
  },
];
