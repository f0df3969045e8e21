/** What a name says of its value. */
export type Tells = "secret" | "maybe" | "nothing";

/**
 * Whether a value under this name is a secret, by the words of the name in whatever spelling: `AWS_SECRET_ACCESS_KEY`,
 * `stripeApiKey`, `db-pass`, `x-auth-token`. `maybe`: only when the value looks drawn by chance (`key`, `auth`, `salt`).
 */
export function tells(name: string): Tells {
  const known = kept.get(name);
  if (known !== undefined) return known;
  const found = judge(name);
  if (name.length <= LONGEST_KEPT) {
    if (kept.size >= MAX_KEPT) kept.clear();
    kept.set(name, found);
  }
  return found;
}

// Names come again and again; what is known of them is kept, within bounds.
const kept = new Map<string, Tells>();
const MAX_KEPT = 2_000;
const LONGEST_KEPT = 80;

/** Words that, written together or apart, are secrets wherever they stand in a name. */
const SECRET =
  /passw(?:or)?d|passphrase|passcode|pwd|secret|credential|phpsessid|jsessionid|sessid|sessionid|csrf|xsrf|(?:api|access|private|client|account|shared|signing|encryption|master|auth|storage|service|hmac|license|ssh|jwt|rsa|aes|gpg|pgp)_?key|token$/;
/** Last words that are secrets behind others, or alone. */
const SECRET_LAST: ReadonlySet<string> = new Set([
  "token",
  "signature",
  "sig",
  "session",
  "cookie",
  "authorization",
  "bearer",
  "otp",
  "totp",
]);
/** Last words that are secrets when others stand before them. */
const SECRET_AFTER_OTHERS: ReadonlySet<string> = new Set(["pass"]);
/** Last words whose values are secrets only when they look like one. */
const MAYBE_LAST: ReadonlySet<string> = new Set(["key", "auth", "salt", "pass", "pin", "hmac", "jwt", "dsn", "nonce"]);
/** Last words of names that tell something about a secret, not the secret. */
const ABOUT: ReadonlySet<string> = new Set(
  ("count counts total length len size type kind name names expiry expires expiration ttl age limit used usage policy " +
    "reset changed change version url uri path file files field header hint status state valid invalid enabled disabled " +
    "required missing error errors failed rate max min at in by algorithm alg format endpoint issuer bucket budget ref " +
    "manager store storage provider service rotation rotated seconds ms bytes attempts requests per index position " +
    "cost price public duration timeout days hours minutes refreshed created updated generator parser source").split(
      " ",
    ),
);

function judge(name: string): Tells {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (ABOUT.has(last) || words.includes("public") || words.includes("publishable")) return "nothing";
  // A prefix of HTTP headers and a suffix of identifiers say nothing of their own.
  const inner = last === "id" && words.length > 1 ? words.slice(0, -1) : words;
  if (SECRET.test(inner.join("_")) || SECRET.test(inner.join(""))) return "secret";
  const end = inner.at(-1) ?? "";
  if (SECRET_LAST.has(end)) return "secret";
  if (SECRET_AFTER_OTHERS.has(end) && inner.length > 1) return "secret";
  return MAYBE_LAST.has(end) ? "maybe" : "nothing";
}

/** `fooBarBAZ_qux-1.x` as foo, bar, baz, qux, 1, x; numbers at the end are left out. */
function wordsOf(name: string): string[] {
  const words = name.slice(-LONGEST_KEPT).replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/([A-Z])([A-Z][a-z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/).filter((word) => word !== "");
  while (words.length > 1 && /^\d+$/.test(words.at(-1)!)) words.pop();
  return words;
}

const LEAST = 16;
const BITS_PER_CHARACTER = 3;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Whether a value looks drawn by chance: letters and digits mixed, few of them twice, no UUID, path or sentence. */
export function looksDrawn(value: string): boolean {
  if (value.length < LEAST || value.length > 4_096 || !/^[\w+/=.~-]+$/.test(value) || UUID.test(value)) return false;
  if (!/\d/.test(value) || !/[A-Za-z]/.test(value) || /^[\d.:TZ+-]+$/.test(value)) return false;
  // Words with numbers behind them, as in names of hosts, pods and files.
  if (
    value.split(/[-_./]/).filter((part) => part !== "").every((part) =>
      /^(?:[a-z]+|[A-Z]+|\d+|[A-Za-z]+\d{1,3})$/.test(part)
    )
  ) {
    return false;
  }
  const counts = new Map<string, number>();
  for (const character of value) counts.set(character, (counts.get(character) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / value.length) * Math.log2(count / value.length);
  return bits >= BITS_PER_CHARACTER;
}
