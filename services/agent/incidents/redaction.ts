/**
 * Takes credentials and personal data out of text before it reaches a store, a model or a phone: keys, tokens,
 * passwords, cookies, card numbers and e-mail addresses. What was taken is named, e.g. `[redacted token]`.
 */
export function redact(text: string): string {
  let out = text;
  for (const [pattern, replacement] of RULES) out = out.replace(pattern, replacement);
  return out.replace(CARD, (digits) => isCardNumber(digits) ? "[redacted card]" : digits);
}

/** {@linkcode redact} on every string of a JSON value; strings under a telling key go whole. */
export function redactDeep<T>(value: T): T {
  return walk(value, undefined) as T;
}

const NAMES = [
  "api[_-]?key",
  "access[_-]?key(?:[_-]?id)?",
  "secret[_-]?key",
  "private[_-]?key",
  "client[_-]?secret",
  "account[_-]?key",
  "shared[_-]?key",
  "[\\w-]{0,40}secret",
  "[\\w-]{0,40}token",
  "[\\w-]{0,40}passw(?:or)?d",
  "passphrase",
  "passwd",
  "pwd",
  "credentials?",
  "session(?:[_-]?id)?",
  "sessid",
  "phpsessid",
  "jsessionid",
  "csrf",
  "x-api-key",
  "x-auth-token",
  "signature",
].join("|");

/** Words that stand where a value would, in code. */
const NOT_A_VALUE = "(?:string|number|boolean|unknown|null|undefined|true|false|none|void|\\[redacted)";

const RULES: readonly (readonly [RegExp, string])[] = [
  [
    /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    "[redacted key]",
  ],
  [/\b((?:set-)?cookie["']?\s*[:=]\s*)["']?[^\r\n"']+/gi, "$1[redacted cookie]"],
  [
    /\b((?:proxy-)?authorization["']?\s*[:=]\s*["']?)(?!\[redacted)(?:(?:bearer|basic|digest|token|apikey)\s+)?[^\s"',;]+/gi,
    "$1[redacted token]",
  ],
  [/\b(bearer|basic)\s+(?=[\w.~+/=-]*[\d.=_-])[\w.~+/=-]{8,}/gi, "$1 [redacted token]"],
  [/\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/:@"']{0,200}:[^\s/@"']{1,200}@/gi, "$1[redacted password]@"],
  [/\bsk-[\w-]{16,}/g, "[redacted key]"],
  [/\b[srp]k_(?:live|test)_\w{10,}/g, "[redacted key]"],
  [/\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|npm_\w{30,})/g, "[redacted token]"],
  [/\bxox[abeoprs]-[\w-]{10,}/g, "[redacted token]"],
  [/\bxapp-[\w-]{10,}/g, "[redacted token]"],
  [/\b(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\b/g, "[redacted key]"],
  [/\bAIza[\w-]{35}/g, "[redacted key]"],
  [/\bya29\.[\w-]{10,}/g, "[redacted token]"],
  [/\bATATT[\w=-]{20,}/g, "[redacted token]"],
  [/\b(?:SK|AC)[0-9a-f]{32}\b/g, "[redacted key]"],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, "[redacted token]"],
  [
    new RegExp(`\\b(${NAMES})(\\\\?["']?\\s*[:=]\\s*)(\\\\?["'\`])((?:(?!\\3)[^\\r\\n])+)`, "gi"),
    "$1$2$3[redacted value]",
  ],
  [
    new RegExp(`\\b(${NAMES})(=|:\\s*)(?!["'\`\\\\]|${NOT_A_VALUE}\\b)([^\\s"'&;,)}\\]]+)`, "gi"),
    "$1$2[redacted value]",
  ],
  [
    new RegExp(`\\b(${NAMES})(\\s+(?:is|was)\\s+)(?!${NOT_A_VALUE}\\b)(?=\\S*\\d)([^\\s"',;)]+)`, "gi"),
    "$1$2[redacted value]",
  ],
  [/(?<![\w.+-])[\w.+-]{1,64}@(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi, "[redacted e-mail]"],
];

const CARD = /\b\d(?:[ -]?\d){12,18}\b/g;
const TELLING_KEY = new RegExp(`^(?:${NAMES}|(?:set-)?cookie|(?:proxy-)?authorization)$`, "i");

function isCardNumber(text: string): boolean {
  const digits = text.replaceAll(/\D/g, "");
  // Card numbers begin with 2 to 6; timestamps and identifiers mostly do not pass both tests.
  if (!/^[2-6]/.test(digits)) return false;
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    let digit = Number(digits[digits.length - 1 - i]);
    if (i % 2 === 1 && (digit *= 2) > 9) digit -= 9;
    sum += digit;
  }
  return sum % 10 === 0;
}

function walk(value: unknown, key: string | undefined): unknown {
  if (typeof value === "string") {
    if (key !== undefined && TELLING_KEY.test(key) && value !== "") return "[redacted value]";
    return redact(value);
  }
  if (Array.isArray(value)) return value.map((item) => walk(item, key));
  if (value !== null && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [redact(k), walk(v, k)]));
  }
  return value;
}
