import { withoutCards } from "./card.ts";
import { anyCase, exact, maybe, type Sign, SPACE } from "./signs.ts";

/** What one kind of secret looks like, and what stands in its place. */
export interface Rule {
  readonly pattern: RegExp;
  readonly replacement: string | ((found: string) => string);
  /** Every match holds at least one of these; text without any need not be searched. */
  readonly signs: readonly Sign[];
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

/** A key whose value is a secret, whatever it looks like. */
export const TELLING_KEY = new RegExp(`^(?:${NAMES}|(?:set-)?cookie|(?:proxy-)?authorization)$`, "i");

/** Words that stand where a value would, in code. */
const NOT_A_VALUE = "(?:string|number|boolean|unknown|null|undefined|true|false|none|void|\\[redacted)";
/** A word's beginning; the `\n` of escaped text is no part of it. */
const START = "(?:\\b|(?<=\\\\[nrtbfv]))";
/** What was taken before goes whole with what it stands in. */
const TAKEN = "\\[redacted [a-z-]+\\]";

const WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
const CAPITAL = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
const HEX = "0123456789abcdef";
const DIGIT = "0123456789";
const AFTER_NAME = "\\\"':=%" + SPACE;

const NAME_SIGNS: readonly Sign[] = [
  ...["api", "access", "secret", "private", "account", "shared"].flatMap((word) =>
    ["", "_", "-"].map((joint) => anyCase(`${word}${joint}key`))
  ),
  ...["secret", "token", "passwd", "password"].map((word) => [...anyCase(word), AFTER_NAME]),
  ...["passphrase", "pwd", "credential", "session", "sessid", "csrf", "signature"].map(anyCase),
];

/** The rules, in the order in which they are applied. */
export const RULES: readonly Rule[] = [
  {
    pattern: /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]*PRIVATE KEY-----|$)/g,
    replacement: "[redacted key]",
    signs: [exact("-----BEGIN")],
  },
  {
    pattern: at(`((?:set-)?cookie["']?\\s*[:=]\\s*)["']?[^\\r\\n"']+`, "gi"),
    replacement: "$1[redacted cookie]",
    signs: [anyCase("cookie")],
  },
  {
    pattern: at(
      `((?:proxy-)?authorization["']?\\s*[:=]\\s*["']?)(?!\\[redacted)(?:(?:bearer|basic|digest|token|apikey)\\s+)?` +
        `(?:${TAKEN}|[^\\s"',;])+`,
      "gi",
    ),
    replacement: "$1[redacted token]",
    signs: [anyCase("authorization")],
  },
  {
    pattern: at("((?:bearer|basic)\\s+)(?=[\\w.~+/=-]*[\\d.=_-])[\\w.~+/=-]{8,}", "gi"),
    replacement: "$1[redacted token]",
    signs: [[...anyCase("bearer"), SPACE], [...anyCase("basic"), SPACE]],
  },
  {
    pattern: at(`([a-z][a-z0-9+.-]{0,20}:\\/\\/)[^\\s/:@"']{0,200}:[^\\s/@"']{1,200}@`, "gi"),
    replacement: "$1[redacted password]@",
    signs: [exact("@")],
  },
  { pattern: at("sk-[\\w-]{16,}"), replacement: "[redacted key]", signs: [[...exact("sk-"), `${WORD}-`]] },
  {
    pattern: at("[srp]k_(?:live|test)_\\w{10,}"),
    replacement: "[redacted key]",
    signs: [["srp", ...exact("k_"), "lt"]],
  },
  {
    pattern: at("(?:gh[pousr]_\\w{20,}|github_pat_\\w{20,}|glpat-[\\w-]{16,}|npm_\\w{30,})"),
    replacement: "[redacted token]",
    signs: [["g", "h", "pousr", "_"], exact("github_pat_"), exact("glpat-"), exact("npm_")],
  },
  {
    pattern: at("xox[abeoprs]-[\\w-]{10,}"),
    replacement: "[redacted token]",
    signs: [[...exact("xox"), "abeoprs", "-"]],
  },
  { pattern: at("xapp-[\\w-]{10,}"), replacement: "[redacted token]", signs: [exact("xapp-")] },
  {
    pattern: at("(?:AKIA|ASIA|AROA|AIDA)[0-9A-Z]{16}\\b"),
    replacement: "[redacted key]",
    signs: ["AKIA", "ASIA", "AROA", "AIDA"].map((prefix) => [...exact(prefix), CAPITAL, CAPITAL]),
  },
  { pattern: at("AIza[\\w-]{35}"), replacement: "[redacted key]", signs: [exact("AIza")] },
  { pattern: at("ya29\\.[\\w-]{10,}"), replacement: "[redacted token]", signs: [exact("ya29.")] },
  { pattern: at("ATATT[\\w=-]{20,}"), replacement: "[redacted token]", signs: [exact("ATATT")] },
  {
    pattern: at("(?:SK|AC)[0-9a-f]{32}\\b"),
    replacement: "[redacted key]",
    signs: ["SK", "AC"].map((prefix) => [...exact(prefix), HEX, HEX, HEX, HEX, HEX, HEX, HEX, HEX]),
  },
  {
    pattern: at("eyJ[\\w-]{8,}\\.[\\w-]{4,}(?:\\.[\\w-]*)?"),
    replacement: "[redacted token]",
    signs: [[...exact("eyJ"), `${WORD}-`]],
  },
  {
    pattern: at(`(${NAMES})(\\\\?["']?\\s*[:=]\\s*)(\\\\?["'\`])((?:(?!\\3)[^\\r\\n])+)`, "gi"),
    replacement: "$1$2$3[redacted value]",
    signs: NAME_SIGNS,
  },
  {
    pattern: at(`(${NAMES})(=|%3D|:\\s*)(?!["'\`\\\\]|${NOT_A_VALUE}\\b)((?:${TAKEN}|[^\\s"'&;,)}\\]])+)`, "gi"),
    replacement: "$1$2[redacted value]",
    signs: NAME_SIGNS,
  },
  {
    pattern: at(`(${NAMES})(\\s+(?:is|was)\\s+)(?!${NOT_A_VALUE}\\b)(?=\\S*\\d)((?:${TAKEN}|[^\\s"',;)])+)`, "gi"),
    replacement: "$1$2[redacted value]",
    signs: NAME_SIGNS,
  },
  {
    pattern: /(?<![\w.+-])[\w.+-]{1,64}(?:@|%40)(?:[\w-]{1,63}\.){1,8}[a-z]{2,24}\b/gi,
    replacement: "[redacted e-mail]",
    signs: [["@", `${WORD}-`], exact("%40")],
  },
  {
    pattern: at("\\d(?:[ -]?\\d){12,}\\b"),
    replacement: withoutCards,
    signs: [[DIGIT, ...Array(12).fill([maybe(" -"), DIGIT]).flat()]],
  },
];

function at(pattern: string, flags = "g"): RegExp {
  return new RegExp(`${START}${pattern}`, flags);
}
