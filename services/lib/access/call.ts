import type { Context } from "hono";

/** What a server knows of a request when it decides whom it is from. */
export interface Call {
  /** The other end's IP address; undefined where it is not known. */
  readonly address: string | undefined;
  /** The host that the request was sent to, with its port. */
  readonly host: string;
  /** A header's value, by its name in lower case. */
  readonly header: (name: string) => string | undefined;
}

const LOOPBACK = /^(127(\.\d{1,3}){3}|::1|::ffff:127(\.\d{1,3}){3}|::ffff:7f[\da-f]{2}:[\da-f]{1,4}|localhost)$/i;
const NAME = /^[^\s/?#@\\]{1,260}$/;

/** Headers that proxies add. */
const FORWARDED = [
  ...["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-forwarded-server", "x-forwarded-port"],
  ...["forwarded", "via", "x-real-ip", "x-client-ip", "true-client-ip", "cf-connecting-ip", "x-original-host"],
] as const;

/** The request of a Hono handler; its server passes the other end's address as `env.remoteAddr`. */
export function callOf(c: Context): Call {
  return {
    address: (c.env as { remoteAddr?: { hostname?: string } } | undefined)?.remoteAddr?.hostname,
    host: hostOf(c),
    header: (name) => c.req.header(name),
  };
}

/** The host that a request was sent to, with its port, in lower case. */
export function hostOf(c: Context): string {
  return (c.req.header("host") ?? new URL(c.req.url).host).toLowerCase();
}

/** The name or address in a host, in lower case, without port, brackets and a final dot; empty for what is none. */
export function nameOf(host: string): string {
  if (!NAME.test(host) || !URL.canParse(`http://${host}`)) return "";
  return new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
}

/** Whether a name or an address is this machine's own. */
export function isLoopback(name: string | undefined): boolean {
  return name !== undefined && LOOPBACK.test(name);
}

/** Whether a proxy handed the request on. */
export function isForwarded(call: Call): boolean {
  return FORWARDED.some((name) => call.header(name) !== undefined);
}

/** Whether a proxy on this machine handed the request on for a program on this machine, as far as its headers tell. */
export function isForwardedHere(call: Call): boolean {
  const others = FORWARDED.filter((name) =>
    !["x-forwarded-for", "x-forwarded-host", "x-forwarded-proto"].includes(name)
  );
  if (others.some((name) => call.header(name) !== undefined)) return false;
  const hops = call.header("x-forwarded-for")?.split(",") ?? [];
  const host = call.header("x-forwarded-host");
  return hops.every((hop) => isLoopback(hop.trim())) && (host === undefined || isLoopback(nameOf(host)));
}

/** Whether a page of another site sent the request (CSRF). */
export function isForeign(call: Call): boolean {
  const site = call.header("sec-fetch-site");
  const origin = call.header("origin");
  return (site !== undefined && site !== "same-origin" && site !== "none") ||
    (origin !== undefined && (!URL.canParse(origin) || new URL(origin).host.toLowerCase() !== call.host.toLowerCase()));
}

/** Whether any page sent the request, its own site's too. */
export function isFromPage(call: Call): boolean {
  return call.header("origin") !== undefined || call.header("sec-fetch-site") !== undefined;
}

/** Whom quotas count for: the other end, or whom a proxy on this machine names as it. */
export function clientOf(call: Call): string {
  const address = call.address ?? "";
  const hop = isLoopback(address) ? call.header("x-forwarded-for")?.split(",").at(-1)?.trim() : undefined;
  return (hop || address).slice(0, 64);
}
