import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import { Buffer } from "node:buffer";

/** What a link does when it is confirmed. */
export interface LinkOrder {
  /** The incident's id. */
  readonly incident: string;
  /** Whose link it is. */
  readonly address: string;
  /** Milliseconds since the epoch. */
  readonly expires: number;
}

const LONGEST_TOKEN = 1_000;

/** A link's token: what it does, and a signature over that. */
export function linkToken(order: LinkOrder, key: string): string {
  const said = Buffer.from(JSON.stringify([order.incident, order.address, order.expires])).toString("base64url");
  return `${said}.${signature(said, key)}`;
}

/** What a token does; `expired` when its time is over, undefined when we did not sign it. */
export function readToken(token: string, { key, now }: { readonly key: string; readonly now: Date }):
  | LinkOrder
  | "expired"
  | undefined {
  if (token.length > LONGEST_TOKEN) return undefined;
  const [said = "", signed = ""] = token.split(".");
  const [given, own] = [Buffer.from(signed), Buffer.from(signature(said, key))];
  if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
  const [incident, address, expires] = JSON.parse(Buffer.from(said, "base64url").toString()) as [
    string,
    string,
    number,
  ];
  return now.getTime() < expires ? { incident, address, expires } : "expired";
}

/** The id of what a token does: confirmed twice it is done once. */
export function tokenId(token: string): string {
  return createHash("sha256").update(token).digest("hex").slice(0, 32);
}

function signature(said: string, key: string): string {
  return createHmac("sha256", key).update(`oncall-acknowledge-link.${said}`).digest("base64url");
}
