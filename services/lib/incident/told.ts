/** A cause in words that hold whenever they are read: with the time of its numbers, and in the past once it is over. */

/** The diagnosis that a text is of. */
interface Told {
  readonly root_cause: string;
  /** When it was measured (RFC 3339). */
  readonly at?: string | undefined;
}

/** What says whether it still goes on. */
interface Course {
  readonly state: string;
}

/** The root cause as it is to be read: its "now" with a time, and in the past tense where the incident is over. */
export function toldCause(diagnosis: Told, incident: Course): string {
  return told(diagnosis.root_cause, diagnosis, incident);
}

/** As {@linkcode toldCause}, of any text of the diagnosis. */
export function told(text: string, { at }: Omit<Told, "root_cause">, incident: Course): string {
  const timed = withTime(text, at ?? "");
  return incident.state === "resolved" ? inThePast(timed) : timed;
}

/** A text of `at` whose "now" is said with its time; what stands in quotes or backticks stays as it is. */
export function withTime(text: string, at: string): string {
  if (Number.isNaN(Date.parse(at))) return text;
  return outsideQuotes(text, (part) =>
    part.replaceAll(NOW, (all: string, word: string | undefined) => {
      const when = `${IN_FRONT[word ?? ""] ?? "at "}${clock(at)}`;
      return /^[A-Z]/.test(all) ? `A${when.slice(1)}` : when;
    }));
}

/** A `now` that means the time of writing, with a word before it that belongs to it. */
const NOW = /(?<=^|[\s(])(until |by |[Rr]ight |[Jj]ust )?[Nn]ow(?=[\s.,;:)]|$)(?! on\b)/g;
const IN_FRONT: Readonly<Record<string, string>> = { "until ": "until ", "by ": "by " };

/** `14:03:07 UTC` of an RFC 3339 time. */
export function clock(at: string): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : `${time.toISOString().slice(11, 19)} UTC`;
}

const PAST: Readonly<Record<string, string>> = {
  is: "was",
  are: "were",
  has: "had",
  have: "had",
  fail: "failed",
  fails: "failed",
  throws: "threw",
  takes: "took",
  take: "took",
  now: "then",
  happens: "happened",
  hangs: "hung",
  hang: "hung",
  begins: "began",
  does: "did",
  do: "did",
};

const PRESENT = new RegExp(`(?<=\\s|^)(${Object.keys(PAST).join("|")})(?=[\\s.,;:]|$)`, "g");
/** Before a verb that stays as it is: `to take`, `cannot answer`, `may fail`. */
const AUXILIARY =
  /(?:^|[^\p{L}])(?:to|cannot|can|could|may|might|must|will|would|should|not|the|an?|its?|in|of|no)\s$/iu;

/** A sentence about the present, told when it is over; what stands in quotes or backticks stays as it is. */
export function inThePast(text: string): string {
  return outsideQuotes(text, (part) =>
    part.replaceAll(PRESENT, (word, _, from: number) => {
      const isBare = /^(fail|take|have|hang|do)$/.test(word);
      return isBare && AUXILIARY.test(part.slice(Math.max(0, from - 12), from)) ? word : PAST[word]!;
    }));
}

function outsideQuotes(text: string, change: (part: string) => string): string {
  return text.split(/(`[^`]{0,1000}`|"[^"]{0,1000}"|\([^)]{0,1000}\))/).map((part, i) =>
    i % 2 === 1 ? part : change(part)
  ).join("");
}

/** What makes a resolution doubtful, e.g. that no requests come any more; undefined where nothing was noted since it. */
export function doubtOf(
  { resolved_at, timeline }: {
    readonly resolved_at: string | null;
    readonly timeline: readonly { readonly kind: string; readonly text: string }[];
  },
): string | undefined {
  if (resolved_at === null) return undefined;
  const resolved = timeline.findLastIndex(({ kind }) => kind === "resolved");
  return timeline.slice(resolved + 1).find(({ kind }) => kind === "traffic_stopped")?.text;
}

/** Whether something is missing because nothing is configured for it: that is for the console, not for a night. */
export function isGap(text: string): boolean {
  return /names no |(is|are) not (set|configured|described)|no entry (in|of) |\bset [A-Z]+_[A-Z_]+|config\/oncall\.yaml/
    .test(text);
}

/** What could not be seen, apart: what failed, in its own words, and what nothing is configured for, by its name. */
export function notSeen(missing: readonly string[]): { readonly failed: string[]; readonly unconfigured: string[] } {
  const names = missing.filter(isGap).map((text) => text.split(":", 1)[0]!.replaceAll(/\s+/g, " ").trim().slice(0, 40));
  return { failed: missing.filter((text) => !isGap(text)), unconfigured: [...new Set(names)] };
}
