/** Addresses of any kind. */
const LINK = /\b(?:[a-z][a-z0-9+.-]{1,20}:\/\/|www\.|(?:mailto|tel|javascript|data):)[^\s<>"'`]*[^\s<>"'`.,;:!?)\]]/gi;
/** A host without a scheme: with a path, or with an ending that code does not have. */
const BARE_LINK =
  /(?<![\w/.@-])(?:[a-z0-9-]{1,63}\.){1,5}(?:(?:com|org|biz|xyz|ru|cn|example)(?![\w.-])|[a-z]{2,10}(?=\/))(?:\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]])?/gi;
/** Go's modules are named like hosts; whether such a file was seen is checked elsewhere. */
const SOURCE_FILE = /\.(?:go|java|kt|scala|py|tsx?|jsx?|rb|rs|php|cs|exs?|swift|dart|cpp|c)(?::\d+){0,2}$/;
const MARKDOWN_LINK = /!?\[([^\]\n]{0,200})\]\([^)\s]{0,500}\)/g;
const PHONE = /(?<![\w.:-])\+\d[\d ().-]{7,20}\d(?!\d)/g;

const SECRET =
  /\b(passwords?|passcodes?|passphrases?|credentials?|api[ -]?keys?|access keys?|private keys?|ssh keys?|tokens?|secrets?|pin|otp|one-time codes?|verification codes?|2fa|mfa)\b/i;
const ASKED =
  /\b(send|reply|respond|answer|enter|provide|share|give|tell|post|forward|type|paste|confirm|submit|disclose|mail|e-?mail|message|text|show|reveal|log ?in|sign ?in)\b/i;

const PROGRAMS =
  "curl|wget|sudo|kubectl|oc|docker|podman|helm|systemctl|service|chmod|chown|rm|dd|mkfs|kill|pkill|killall|iptables|ufw|ssh|scp|rsync|nc|ncat|psql|mysql|sqlite3|redis-cli|mongosh?|terraform|ansible|aws|gcloud|az|powershell|pwsh|bash|sh|zsh|python3?|perl|ruby|node|deno|npm|npx|pip3?|apt|apt-get|yum|dnf|apk|brew|git|crontab|base64|eval|export|source|touch|mv|cp|cat|echo|tee|sed|awk|make";
const VERBS =
  "run|exec|rm|delete|apply|scale|rollout|patch|edit|drain|cordon|create|stop|start|restart|kill|pull|push|install|uninstall|upgrade|rollback|disable|enable|mask|reload|reset|revert|clean|checkout|rebase|destroy|undo|logs|get|describe";
/** A program with an option, a path, a pipe, a variable or a word of its own behind it. */
const COMMAND = new RegExp(
  `(?:^|[\\s\`"'($;|&>:])(?:${PROGRAMS})\\s+(?:(?:-{1,2}\\w|[./~$]\\S|['"{])|(?:${VERBS})\\b(?!\\s+(?:of|is|was|are|were|and|or)\\b)|[^.!?\\n]{0,80}?\\s(?:-{1,2}[a-z]|\\||>|&&|[./~]\\/|\\/\\w))`,
  "i",
);
const SHELL =
  /\|\s*(?:ba|z|da)?sh\b|\$\([^)]{0,200}\)|\s&&\s|^[\t ]*[$#]\s+\w|`[^`\n]{1,200}\s--?[a-z][^`\n]{0,200}`/im;
const STATEMENT =
  /\b(?:drop|truncate)\s+(?:table|database|schema)\b|\bdelete\s+from\s+\w|\bupdate\s+\w+\s+set\b|\binsert\s+into\b|\balter\s+table\b/i;

/** What was taken out of a text; it is never shown as advice. */
export interface Cleaned {
  readonly text: string;
  /** In words, e.g. `a command`; empty when nothing was taken out. */
  readonly removed: readonly string[];
}

/**
 * A model's text as people may read it: links and telephone numbers are taken out of its sentences, and sentences that
 * hold a command or ask for credentials go whole. Whoever planted them in a log or in code would speak with our voice.
 */
export function cleanAdvice(sentences: readonly string[]): Cleaned {
  const removed = new Set<string>();
  const kept = sentences.flatMap((sentence) => {
    const text = withoutLinks(sentence);
    if (text !== sentence) removed.add("a link");
    if (SECRET.test(text) && ASKED.test(text)) {
      removed.add("a request for credentials");
      return [];
    }
    if (COMMAND.test(text) || SHELL.test(text) || STATEMENT.test(text)) {
      removed.add("a command");
      return [];
    }
    return [text];
  });
  return { text: kept.join(" ").trim(), removed: [...removed] };
}

/** A text without anything that a phone makes a link of. */
export function withoutLinks(text: string): string {
  return text.slice(0, 10_000)
    .replaceAll(MARKDOWN_LINK, "$1")
    .replaceAll(LINK, "[link]")
    .replaceAll(BARE_LINK, (found) => SOURCE_FILE.test(found) ? found : "[link]")
    .replaceAll(PHONE, "[number]");
}
