/**
 * What a cause is, and how a diagnosis says so: its categories, or words of its root cause. A team reads words, so any
 * category is right whose words say the truth.
 */
export const KINDS: Readonly<Record<string, { readonly categories: readonly string[]; readonly words: RegExp }>> = {
  down: {
    categories: ["crash", "instance_down", "refused", "down"],
    words: /refus|is down|not running|no longer runs|does not run|gone|unreachable|nobody listens/i,
  },
  hangs: {
    categories: ["hang", "hangs", "instance_hangs", "timeout"],
    words: /hang|does not answer|no answer|not answer|timed? ?out|stuck|unresponsive/i,
  },
  slow: {
    categories: ["latency", "slow", "timeout"],
    words: /slow|takes? (?:\d|longer)|latency|timed? ?out|no answer within/i,
  },
  name: { categories: ["dns"], words: /\bDNS\b|ENOTFOUND|resolv|no such host|name or service not known|lookup/i },
  certificate: { categories: ["tls", "certificate"], words: /certificate/i },
  unauthorized: { categories: ["unauthorized", "auth"], words: /\b401\b|unauthori[sz]ed|credential|api.?key/i },
  limited: { categories: ["rate_limited"], words: /\b429\b|rate.?limit|too many requests/i },
  pool: {
    categories: ["pool_exhausted"],
    words: /pool|connection is not available|too many (?:clients|connections)/i,
  },
  deadlock: { categories: ["deadlock"], words: /deadlock/i },
  read_only: { categories: ["read_only"], words: /read.?only/i },
  disk_full: { categories: ["disk_full"], words: /no space left|disk.{0,20}full|full disk/i },
  memory: { categories: ["memory", "out_of_memory"], words: /out of memory|memory/i },
  code: { categories: ["code_error"], words: /(?!)/ },
  crash: {
    categories: ["crash", "crash_loop"],
    words: /crash|keeps (?:ending|restarting)|restart(?:s|ed) \d|ends? again/i,
  },
  format: { categories: ["bad_response", "code_error"], words: /pars|JSON|format|unexpected token/i },
  store: {
    categories: ["errors_without_stack", "disk_io", "io_error"],
    words: /disk I\/O|I\/O error|answers? 5\d\d|fails? \d+/i,
  },
  queue: {
    categories: ["queue", "hang", "hangs"],
    words: /queue|wait(?:s|ing)?\b|hang|does not answer|stuck|backlog/i,
  },
};
