import { Buffer } from "node:buffer";
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from "node:crypto";

// 32 MB and some 0.2 s: what OWASP's cheat sheet on password storage advises for scrypt.
const COST = { N: 2 ** 15, r: 8, p: 3 } as const;
const KEY_BYTES = 32;

/** `scrypt$N$r$p$salt$key`, salt and key in base64url. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, COST);
  return ["scrypt", COST.N, COST.r, COST.p, salt.toString("base64url"), key.toString("base64url")].join("$");
}

// What a name without an account is compared with, so that it takes as long as one with.
let decoy: Promise<string> | undefined;

/** Whether `password` is the one of `hash`; takes equally long without a hash, and says no. */
export async function isPassword(password: string, hash: string | undefined): Promise<boolean> {
  decoy ??= hashPassword(randomBytes(16).toString("hex"));
  const [, n, r, p, salt = "", key = ""] = (hash ?? await decoy).split("$");
  const given = await derive(password, Buffer.from(salt, "base64url"), { N: Number(n), r: Number(r), p: Number(p) });
  return timingSafeEqual(given, Buffer.from(key, "base64url")) && hash !== undefined;
}

/** What is wrong with a new password; undefined when nothing is. */
export function passwordProblem(password: string, name: string): string | undefined {
  if (password.length < 12) return "a password has at least 12 characters";
  if (password.length > 200) return "a password has at most 200 characters";
  if (new Set(password).size < 5) return "a password has at least 5 different characters";
  return password.toLowerCase().includes(name.toLowerCase()) ? "a password does not hold the name" : undefined;
}

function derive(password: string, salt: Uint8Array, { N, r, p }: { N: number; r: number; p: number }): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) => error ? reject(error) : resolve(key));
  });
}
