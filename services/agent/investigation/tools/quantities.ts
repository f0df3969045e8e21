/** The unit of a number: `n` is a count, `ratio` a share of 1; null where none is known. */
export type Unit = "%" | "/s" | "ms" | "s" | "MB" | "cores" | "x" | "n" | "ratio" | null;

interface Described {
  readonly units: readonly Unit[];
  /** What people and metrics call it; the text is in lower case, `_` and `=` are spaces. */
  readonly words: RegExp;
  /** What it is about besides its words, e.g. `p95` is a latency, so that a latency without a percentile may be it. */
  readonly within?: Quantity;
  /** What is not meant where this is spoken of. */
  readonly instead?: readonly Quantity[];
}

/**
 * What a number can measure. The more special ones come first: what they find is not looked at again. CONTRIBUTING has
 * the same table in words.
 */
export type Quantity =
  | "success share"
  | "share of errors"
  | "share of entries"
  | "cpu per request"
  | "cpu throttling"
  | "latency p50"
  | "latency p90"
  | "latency p95"
  | "latency p99"
  | "latency mean"
  | "latency max"
  | "timeout"
  | "pool use"
  | "disk"
  | "network"
  | "queue"
  | "cache hits"
  | "restarts"
  | "rows"
  | "queries"
  | "garbage collection"
  | "objective"
  | "latency"
  | "cpu"
  | "memory"
  | "error share"
  | "errors"
  | "requests"
  | "duration"
  | "score";

const LATENCY: readonly Unit[] = ["ms", "s", "x"];
const SHARE: readonly Unit[] = ["%", "ratio", "x"];
const ERROR =
  "errors?|failures?|failed|failing|fails?|5xx(?:es|s)?|exceptions?|unsuccessful(?:ly)?|erroneous|broken|errored|reject(?:s|ed|ing)?|refus(?:es?|ed|ing)|dropped|lost";

const DESCRIBED: Readonly<Record<Quantity, Described>> = {
  "success share": {
    units: SHARE,
    within: "requests",
    words:
      /\b(?:success(?:es|ful|fully)?|succeed(?:s|ed|ing)?|availability|uptime (?:share|percent)|2xx|(?:go|went|are|is|get|come) (?:through|well|fine))\b/g,
  },
  "share of errors": {
    units: SHARE,
    words: new RegExp(
      `\\b(?:of (?:all |any )?(?:the |these |those |its |their )?(?:(?:logged|recorded|observed|current|total|service|service s) )?(?:errors|failures|exceptions|failed requests|failing requests)|(?:errors?|failures?) share of all|share of (?:all )?(?:the )?(?:errors|failures))\\b`,
      "g",
    ),
  },
  "share of entries": {
    units: SHARE,
    within: "share of errors",
    words:
      /\bof (?:all |the |these |those |its )*(?:error |log |logged )*(?:entries|lines|logs?|messages|events|records|entry)\b/g,
  },
  "cpu per request": {
    units: ["ms", "s", "x"],
    words:
      /\b(?:cpu|processor|computing|compute)\b[^,;:]{0,30} (?:per|for each|for every|for one|each|a) request\b|\bcosts?\b/g,
  },
  "cpu throttling": { units: ["%", "ratio", "s", "x"], words: /\bthrottl\w{0,4}\b/g },
  "latency p50": { units: LATENCY, words: /\b(?:p50|50th|medians?)\b/g, within: "latency" },
  "latency p90": { units: LATENCY, words: /\b(?:p90|90th)\b/g, within: "latency" },
  "latency p95": { units: LATENCY, words: /\b(?:p95|95th|95 ?%(?:ile)?)\b/g, within: "latency" },
  "latency p99": { units: LATENCY, words: /\b(?:p99(?:9)?|99th|99\.9th)\b/g, within: "latency" },
  "latency mean": { units: LATENCY, words: /\b(?:mean|averages?|averaged|avg)\b/g, within: "latency" },
  "latency max": {
    units: LATENCY,
    words: /\b(?:slowest (?:request|answer|response)|longest (?:request|answer|response))\b/g,
    within: "latency",
  },
  "timeout": { units: ["ms", "s", "n"], words: /\b(?:time ?outs?|timed out|times out|deadlines?|time limits?)\b/g },
  "pool use": {
    units: ["%", "ratio", "n", "x"],
    words: /\b(?:pools?|connections?(?! (?:errors?|refus|reset|time|fail|clos|abort|drop|could|was|were)))\b/g,
  },
  "disk": {
    units: ["%", "ratio", "MB", "/s", "n", "x"],
    words: /\b(?:disks?|file ?systems?|volumes?|inodes?|storage|iops|tablespaces?)\b/g,
  },
  "network": {
    units: ["/s", "MB", "%", "ratio", "n", "x"],
    words: /\b(?:networks?|bandwidth|packets?|retransmi\w{0,8}|bytes (?:sent|received))\b/g,
  },
  "queue": {
    units: ["n", "s", "ms", "%", "ratio", "/s", "x"],
    words: /\b(?:queues?|queued|backlogs?|lag|lags|lagging|pending)\b/g,
  },
  "cache hits": {
    units: ["%", "ratio", "/s", "n", "x"],
    words: /\b(?:cache(?:s|d)?|(?:hit|miss) (?:rate|ratio)|hits|misses|evictions?)\b/g,
  },
  "restarts": {
    units: ["n", "/s", "x"],
    words: /\b(?:restarts?|restarted|restarting|started anew|crash(?:es|ed|ing)?|died)\b/g,
  },
  "rows": { units: ["n", "/s", "x"], words: /\b(?:rows?|tuples?)\b/g },
  "queries": {
    units: ["ms", "s", "/s", "n", "x"],
    instead: ["latency", "requests"],
    words:
      /\b(?:quer(?:y|ies)|sql|statements?|transactions?|lookups?|databases?|db|postgres\w{0,3}|mysql|redis|mongo\w{0,2})\b/g,
  },
  "garbage collection": {
    units: ["ms", "s", "%", "ratio", "n", "/s", "x"],
    instead: ["latency", "cpu", "memory"],
    words: /\b(?:gc|garbage collect\w{0,4}|stop the world|pauses?)\b/g,
  },
  "objective": {
    units: ["%", "ratio", "ms", "cores", "MB"],
    words:
      /\b(?:objectives?|slos?|budgets?|limits?|thresholds?|allowed|targets?|above|below|exceed\w{0,4}|over|under|beyond|more than|less than|at least|at most)\b/g,
  },
  "latency": {
    units: LATENCY,
    words:
      /\b(?:latenc(?:y|ies)|slow(?:er|est|ness|ly)?|(?:response|answer|reply|request|serving|processing) times?|durations?|percentiles?|quantiles?|tak(?:e|es|ing)|took|answers? (?:in|within|after)|responds? (?:in|within|after)|fast(?:er|est)?)\b/g,
  },
  "cpu": {
    units: ["cores", "%", "ratio", "x"],
    words: /\b(?:cpus?|vcpus?|cores?|processors?|computes?|computing|computation)\b/g,
  },
  "memory": {
    units: ["MB", "%", "ratio", "x"],
    words: /\b(?:memory|mem|rss|heap|ram|resident|working set|holds?|held|oom|swap)\b/g,
  },
  "error share": { units: SHARE, within: "requests", words: new RegExp(`\\b(?:${ERROR})\\b`, "g") },
  "errors": { units: ["/s", "n", "x"], instead: ["requests"], words: new RegExp(`\\b(?:${ERROR})\\b`, "g") },
  "requests": {
    units: ["/s", "n", "x", "%", "ratio"],
    words: /\b(?:requests?|reqs?|rps|qps|traffic|throughput|load|calls?|answers?|responses?|hits? per)\b/g,
  },
  "duration": {
    units: ["s", "ms"],
    words:
      /\b(?:ago|within|lasts?|lasted|for|since|during|over|windows?|past|intervals?|every|uptime|age|aged|later|earlier|before|after|apart|old|long|wait(?:s|ed|ing)?|until|time looked at|looked at|began|started|run|runs|running)\b/g,
  },
  "score": { units: [null, "x"], words: /\b(?:scores?|scored|suspect(?:s|ed)?|suspicion|ranks?|ranked|ranking)\b/g },
};

const ALL = Object.entries(DESCRIBED) as [Quantity, Described][];

/** The quantities that a text speaks of and a number with a unit can be. */
export interface Spoken {
  readonly quantities: ReadonlySet<Quantity>;
  /** Something is spoken of, though it may be nothing that has this unit. */
  readonly named: boolean;
}

const MOST = 600;

/** What sentences about something else speak of, too: "512 MB when it failed". */
const INCIDENTAL: ReadonlySet<Quantity> = new Set<Quantity>([
  "requests",
  "errors",
  "error share",
  "share of errors",
  "restarts",
  "rows",
  "queries",
  "timeout",
  "objective",
  "duration",
  "score",
]);

/** What a text speaks of, to a number in it that has `unit`. */
export function spokenOf(text: string, unit: Unit): Spoken {
  let rest = plainWords(text);
  const quantities = new Set<Quantity>();
  let named = false;
  for (const [quantity, { words }] of ALL) {
    const left = rest.replaceAll(words, " \u0001 ");
    if (left === rest) continue;
    named ||= !INCIDENTAL.has(quantity);
    if (!canBe(quantity, unit)) continue;
    quantities.add(quantity);
    rest = left;
  }
  for (const quantity of [...quantities]) {
    const { within, instead = [] } = DESCRIBED[quantity];
    for (const other of within === undefined ? instead : [within]) quantities.delete(other);
  }
  return { quantities, named };
}

/** Whether one of `said` is the quantity that was measured, or a more general word for it. */
export function speaksOf(said: ReadonlySet<Quantity>, quantity: Quantity): boolean {
  const { within } = DESCRIBED[quantity];
  return said.has(quantity) || (within !== undefined && said.has(within));
}

/** Whether a text speaks of what is not only spoken of by the way in every report. */
export function speaksOfAll(text: string, quantities: ReadonlySet<Quantity>): boolean {
  const plain = plainWords(text, text.length);
  return [...quantities].every((quantity) => INCIDENTAL.has(quantity) || plain.search(DESCRIBED[quantity].words) >= 0);
}

/** Whether a quantity is measured in a unit; without one it may be anything. */
export function canBe(quantity: Quantity, unit: Unit): boolean {
  return unit === null || DESCRIBED[quantity].units.includes(unit);
}

/** Lower case, with the joints of names (`pool_used`, `poolUsed`, `a=b`) as spaces. */
export function plainWords(text: string, most = MOST): string {
  return text.slice(0, most).replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll(/[_=:"'’/-]+/g, " ").toLowerCase();
}

/** Words that say nothing about what is measured. */
const EMPTY =
  /^(?:the|and|for|are|was|were|has|had|have|with|from|now|its|all|any|each|more|than|that|this|which|about|total|sum|count|bucket|seconds?|bytes|percents?|ratio|current|value|number|info|error|errors|fail\w*|request|requests|service|instance|instances|http|process|warn|after|before|only|alone|most|last|first|still|per|not|but|is|of|at|on|in|to|by|it|up|as|max|min|when|where|rate|high|low|used|use|uses|took|take|takes|slow|slower)$/;

/** The words of a text by which an unknown quantity is known again, in the singular. */
export function tellingWords(text: string): string[] {
  const words = plainWords(text).match(/[a-z0-9]{3,40}/g) ?? [];
  return [
    ...new Set(
      words.filter((word) => !EMPTY.test(word)).map((word) => word.replace(/ies$/, "y").replace(/(?<=..[^s])s$/, "")),
    ),
  ];
}

/** The unit that the end of a metric's or a field's name tells, and what makes it a unit of ours. */
export function unitOfName(name: string): readonly [unit: Unit, factor: number] {
  const [end] =
    /(?:^|[_.])(?:percent(?:age)?|pct|ratio|milliseconds|millis|ms|seconds|secs?|bytes|mb|mib|cores)$/i.exec(name) ??
      [];
  switch (end?.replace(/^[_.]/, "").toLowerCase()) {
    case "percent":
    case "percentage":
    case "pct":
      return ["%", 1];
    case "ratio":
      return ["ratio", 1];
    case "milliseconds":
    case "millis":
    case "ms":
      return ["ms", 1];
    case "seconds":
    case "sec":
    case "secs":
      return ["s", 1];
    case "bytes":
      return ["MB", 2 ** -20];
    case "mb":
    case "mib":
      return ["MB", 1];
    case "cores":
      return ["cores", 1];
    default:
      return [null, 1];
  }
}
