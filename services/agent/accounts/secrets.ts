import { createHash, randomBytes } from "node:crypto";

/** How a token of the command line begins, so that people and scanners know one. */
export const TOKEN_PREFIX = "oncall_pat_";

/** A new secret with 256 random bits. */
export function newSecret(kind: "session" | "token"): string {
  return `${kind === "token" ? TOKEN_PREFIX : "s_"}${randomBytes(32).toString("base64url")}`;
}

/** By what a secret is looked up; a random one of that length needs no salt. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}
