import { withoutNamedValues } from "./named.ts";
import { type Personal, withoutPersonal } from "./personal.ts";
import { anyCase, exact, maybe, type Sign, SPACE } from "./signs.ts";
import { SHAPES, TOKENS, WEBHOOK } from "./tokens.ts";

/** How one kind of secret is taken out of a text. */
export interface Rule {
  readonly take: (text: string) => string;
  /** Every text that has something to take holds at least one of these; text without any need not be searched. */
  readonly signs: readonly Sign[];
  /** Personal data, which is taken by choice. */
  readonly personal?: Personal;
}

/** A word's beginning; the `\n` of escaped text is no part of it. */
const START = "(?:\\b|(?<=\\\\[nrtbfv]))";
/** What was taken before goes whole with what it stands in. */
const TAKEN = "\\[redacted [a-z-]+\\]";

const WORD = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_";
const HEX = "0123456789abcdef";
const DIGIT = "0123456789";
/** What may follow a short telling word within or behind a name. */
const AFTER_NAME = "\\\"'`]:=%>$._-iI" + DIGIT + SPACE;

const NAME_SIGNS: readonly Sign[] = [
  ...("key pass pwd secret token credential sess csrf xsrf cookie bearer authorization signature auth identified --user")
    .split(" ").map(anyCase),
  ...["sig", "otp", "salt", "pin", "hmac", "jwt", "dsn", "nonce"].map((word) => [...anyCase(word), AFTER_NAME]),
  ["-", "u", "=" + SPACE],
];

const TOKEN_FORMS = TOKENS.map(([beginnings, rest]) => {
  const words = beginnings.split(" ");
  const pattern = `(?:${words.map((word) => word.replaceAll(/[./]/g, "\\$&")).join("|")})${rest}`;
  // Two letters alone stand in many words.
  const signs = words.map((word) => word.length > 2 ? exact(word) : [...exact(word), ...Array<string>(8).fill(HEX)]);
  return { pattern, signs };
});

/** The rules, in the order in which they are applied. */
export const RULES: readonly Rule[] = [
  rule(
    /-----BEGIN (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----[\s\S]*?(?:-----END (?:[A-Z0-9]+ ){0,4}PRIVATE KEY(?: BLOCK)?-----|$)/g,
    "[redacted key]",
    [exact("-----BEGIN")],
  ),
  rule(at(`((?:set-)?cookie2?["']?\\s*[:=]\\s*)["']?[^\\r\\n"']+`, "gi"), "$1[redacted cookie]", [anyCase("cookie")]),
  // Schemes with parameters run to the end of the header.
  rule(
    at(
      `((?:proxy-)?authorization["']?\\s*[:=]\\s*["']?)(?:digest|oauth|signature|hawk|aws4-[a-z0-9-]+)\\s[^\\r\\n"']*` +
        `(?:"[^"\\r\\n]*"[^"\\r\\n]*)*`,
      "gi",
    ),
    "$1[redacted token]",
    [anyCase("authorization")],
  ),
  rule(
    at(
      `((?:proxy-)?authorization["']?\\s*[:=]\\s*["']?)(?!\\[redacted)` +
        `(?:(?:bearer|basic|negotiate|ntlm|token|apikey|sswsa?|key|genie\\w*)\\s+)?(?:${TAKEN}|[^\\s"',;])+`,
      "gi",
    ),
    "$1[redacted token]",
    [anyCase("authorization")],
  ),
  rule(
    at("((?:bearer|basic|ssws)\\s+)(?=[\\w.~+/=-]*[\\d.=_-])[\\w.~+/=-]{8,}", "gi"),
    "$1[redacted token]",
    [[...anyCase("bearer"), SPACE], [...anyCase("basic"), SPACE], [...anyCase("ssws"), SPACE]],
  ),
  // A password may hold what an address would end at; the host begins behind the last @ before the path.
  rule(
    at(`([a-z][a-z0-9+.-]{0,20}:\\/\\/)[^\\s/:@"'<>]{0,200}:[^\\s/"'<>]{1,200}@`, "gi"),
    "$1[redacted password]@",
    [exact("@")],
  ),
  rule(at(`(thin:|oci:)[^\\s/@"'<>]{1,100}/[^\\s@"'<>]{1,200}@`, "gi"), "$1[redacted password]@", [exact("@")]),
  rule(at(`(https?:\\/\\/)[\\w.~%-]{16,200}@`, "gi"), "$1[redacted token]@", [exact("@")]),
  rule(
    at(`(?:${TOKEN_FORMS.map(({ pattern }) => pattern).join("|")})`),
    "[redacted token]",
    TOKEN_FORMS.flatMap(({ signs }) => signs),
  ),
  rule(
    new RegExp(`(?:(?<![\\w+/])|(?<=\\\\[nrtbfv]))(?:${Object.values(SHAPES).join("|")})`, "g"),
    "[redacted token]",
    [exact(".atlasv1."), [DIGIT, ...exact(":AA")], exact("Q~"), exact("=="), [HEX, ...exact("-us"), DIGIT]],
  ),
  rule(
    at(`(?:${WEBHOOK})`),
    "[redacted token]",
    [exact("hooks.slack.com/"), exact("/webhooks/"), exact("/webhookb2/")],
  ),
  rule(at("eyJ[\\w-]{8,}\\.[\\w.-]{4,}"), "[redacted token]", [[...exact("eyJ"), `${WORD}-`]]),
  { take: withoutNamedValues, signs: NAME_SIGNS },
  personal("email", [["@", `${WORD}-`], exact("%40")]),
  personal("phone", [["+", "123456789"], exact("%2B"), exact("%2b")]),
  personal("iban", [[WORD, WORD, DIGIT, DIGIT, maybe(" "), WORD, WORD, WORD, WORD]]),
  personal("card", [[DIGIT, ...Array(12).fill([maybe(" -"), DIGIT]).flat()]]),
];

function at(pattern: string, flags = "g"): RegExp {
  return new RegExp(`${START}${pattern}`, flags);
}

function rule(pattern: RegExp, replacement: string, signs: readonly Sign[]): Rule {
  return { take: (text) => text.replace(pattern, replacement), signs };
}

function personal(kind: Personal, signs: readonly Sign[]): Rule {
  return { take: (text) => withoutPersonal(kind, text), signs, personal: kind };
}
