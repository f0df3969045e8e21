import { looksDrawn, tells } from "./names.ts";

const VALUE = "[redacted value]";
/** A word's beginning; the `\n` of escaped text and the `%7B` of an address are no part of it. */
const BEGIN = "(?:(?<![\\w$\\\\])|(?<=\\\\[nrtbfv])|(?<=%[0-9A-Fa-f]{2}))";
const NAME = "[A-Za-z_$][\\w$.-]{0,79}";
/** Between a name and its value, in the notations of code, JSON, YAML, logs, URLs, INI files and shells. */
const JOINT = "\\\\?[\"'`]?\\]?[ \\t]{0,4}(?:=>|:=|={1,2}|:(?!:)|%3[Dd])[ \\t]{0,4}";
const ASSIGNED = new RegExp(`${BEGIN}(${NAME})(${JOINT})`, "g");
const IN_WORDS =
  /(?<![\w$])(pass(?:word|phrase|code)|passwd|pwd|secret|token|api key|credentials?)(\s{1,3}(?:is|was)\s{1,3}|\s{1,3}(?=["'`]))/gi;
const IDENTIFIED = /(?<![\w$])(identified\s{1,3}by|password)(\s{1,3})(?=')/gi;
const SWITCH = /(?<![\w-])--?([A-Za-z][\w-]{1,60})(\s{1,3}|=)(?!-)/g;
const USER_SWITCH = /(?<![\w-])(?:-u|--user)(?:\s{1,3}|=)(["']?[^\s:"']{1,100}:)(?=[^\s"'/])/g;
const ELEMENT = /<([A-Za-z_][\w:.-]{0,60})(?:\s[^<>]{0,200})?>(?=[^<>\s])/g;
/** `name: DB_PASSWORD` with the value in the next field, as in a pod's environment. */
const FIELD =
  /(?<![\w$])name\\?["']?\s{0,4}[:=]\s{0,4}\\?["']?([A-Za-z_][\w.-]{0,79})\\?["']?\s{0,4},?\s{0,40}\\?["']?value\\?["']?\s{0,4}[:=]\s{0,4}/gi;

const QUOTED = /(\\?["'`])((?:(?!\1)[^\r\n])+)/y;
const BARE = /(?:\[redacted [a-z-]+\]|[^\s"'&;,)}\]<>|])+/y;
/** A variable of a shell or of an environment file runs to the next space. */
const TO_SPACE = /(?:\[redacted [a-z-]+\]|[^\s"'])+/y;
const TO_TAG = /[^<>]+/y;
/** Words that stand where a value would, in code and in sentences. */
const NO_VALUE =
  /^(?:string|number|boolean|bool|unknown|null|nil|undefined|true|false|none|void|any|str|int|bytes|required|invalid|expired|missing|empty|valid|wrong|not|is|was|the|a|an|and|or|for|from|in|of|to|ok|yes|no|found|rejected|denied|refused|revoked|changed|updated|reset|refreshed|ttl|x{3,}|\*+|\.{3}|<\w+>|\$\{?\w+\}?|%s|\{\}|\[redacted.*)$/i;

/** Takes the values of telling names out of a text, whatever the notation. */
export function withoutNamedValues(text: string): string {
  let out = text;
  out = taking(out, ASSIGNED, (match) => assigned(match, out));
  out = taking(out, SWITCH, ([, name]) => tells(name!) === "secret" ? [QUOTED, BARE] : undefined);
  out = taking(out, USER_SWITCH, () => [BARE]);
  out = taking(out, ELEMENT, ([, name]) => tells(name!.replace(/^.*:/, "")) === "secret" ? [TO_TAG] : undefined);
  out = taking(out, FIELD, ([, name]) => tells(name!) === "secret" ? [QUOTED, BARE] : undefined);
  out = taking(out, IN_WORDS, ([, , joint]) => /\S/.test(joint!) ? [QUOTED, DRAWN_WORD] : [QUOTED]);
  return taking(out, IDENTIFIED, () => [QUOTED]);
}

/** After "the password is": something that is no ordinary word. */
const DRAWN_WORD = /(?=[^\s"',;)]*\d)(?:\[redacted [a-z-]+\]|[^\s"',;)[\]])+/y;

type Forms = readonly RegExp[] | undefined;

/** Which form a value behind a name and `=` or `:` has; none where the name tells nothing. */
function assigned(match: RegExpExecArray, text: string): Forms {
  const [, name, joint] = match;
  const telling = tells(name!);
  if (telling === "nothing") return undefined;
  if (telling === "maybe") return [QUOTED_DRAWN, DRAWN];
  const isVariable = joint === "=" && /^[A-Z][A-Z0-9_]*$/.test(name!) && /^(?:|.*[\r\n]|.*\bexport |.* -e )$/s.test(
    text.slice(Math.max(0, match.index - 10), match.index),
  );
  return isVariable ? [QUOTED, TO_SPACE] : [QUOTED, BARE];
}

const QUOTED_DRAWN = /(\\?["'`])([\w+/=.~-]{16,})(?=\\?["'`])/y;
const DRAWN = /[\w+/=.~-]{16,}/y;

/** Replaces what stands behind each match of `name` where `formsOf` says in which forms it may. */
function taking(text: string, name: RegExp, formsOf: (match: RegExpExecArray) => Forms): string {
  const pieces: string[] = [];
  let kept = 0;
  name.lastIndex = 0;
  for (let match = name.exec(text); match !== null; match = name.exec(text)) {
    const at = name.lastIndex;
    for (const form of formsOf(match) ?? []) {
      form.lastIndex = at;
      const found = form.exec(text);
      if (found === null) continue;
      const quote = form === QUOTED || form === QUOTED_DRAWN ? found[1]! : "";
      const value = quote === "" ? found[0] : found[2]!;
      if (isValue(value, match[1] ?? "", { quoted: quote !== "", drawn: form === DRAWN || form === QUOTED_DRAWN })) {
        pieces.push(text.slice(kept, at), quote, VALUE);
        kept = name.lastIndex = form.lastIndex;
      }
      break;
    }
  }
  return kept === 0 ? text : pieces.join("") + text.slice(kept);
}

function isValue(value: string, name: string, { quoted, drawn }: { quoted: boolean; drawn: boolean }): boolean {
  if (drawn) return looksDrawn(value);
  if (NO_VALUE.test(value) || /^\[redacted [a-z-]+\]$/.test(value)) return false;
  // How many tokens a model used, and which test passed, are no secrets.
  if (/^\d{1,6}(?:\.\d+)?%?$/.test(value) && !quoted && /tokens?$|session$|pass$/i.test(name)) return false;
  // A call or a property, as code has it on the right side.
  return quoted ||
    !/^(?:await\s|new\s)?[A-Za-z_$][\w$]*(?:\.[A-Za-z_$][\w$]*)*\($/.test(value.slice(0, value.indexOf("(") + 1));
}
