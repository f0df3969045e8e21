import { crashIn, goesOn, hasTrace, isException, isTracePart } from "./crash.ts";
import type { Level } from "./levels.ts";
import { type Caller, type Head, type LineContext, readHead, recordsOf } from "./readers/mod.ts";
import { clean, hasLines, linesOf, LONGEST_JSON } from "./text.ts";
import { unwrap, type Wrapped } from "./wrappings/mod.ts";

/** One line as a source gives it; of sources that keep a time and a name for each line, with them. */
export interface SourceLine {
  readonly text: string;
  readonly at?: number | null;
  readonly stream?: string;
  readonly level?: Level | null;
}

/** An entry in the making. */
export interface Assembled {
  at: number | null;
  /** Whether the time named its zone. */
  zoned: boolean;
  level: Level | null;
  readonly lines: string[];
  readonly pid?: number | undefined;
  readonly caller?: Caller | undefined;
  readonly status?: number | undefined;
  /** A reader knew its form. */
  readonly understood: boolean;
}

interface Open extends Assembled {
  last: number | null;
  python: boolean;
  go: boolean;
  /** Whole by itself: structured entries take nothing in. */
  readonly structured: boolean;
  dropped: number;
}

/** Beyond this an entry keeps its first and its newest lines. */
const MOST_LINES = 400;
/** Entries of one source that are this far apart are not one trace. */
const TOGETHER_MS = 5_000;

/** How entries begin in a source; without it, in any of the forms that are known. */
export type Beginning = (line: string, context: LineContext) => Head | null;

/** Puts lines together to entries, by stream, in the order in which the entries begin. */
export class Assembler {
  readonly entries: Open[] = [];
  readonly #open = new Map<string, Open>();
  readonly #headed = new Set<string>();
  readonly #parts = new Map<string, string>();
  readonly #context: LineContext;
  readonly #beginning: Beginning | undefined;
  #time: number | null = null;
  #ahead: { readonly line: string; readonly wrapped: Wrapped | null } | null = null;
  #json: { lines: string[]; line: SourceLine } | null = null;

  constructor(context: LineContext, beginning?: Beginning) {
    this.#context = context;
    this.#beginning = beginning;
  }

  /** Reads a line; `next` is the one after it. */
  add(line: SourceLine, next: string): void {
    const text = clean(line.text, longestOf(line.text));
    if (this.#beginning !== undefined) {
      const own = this.#beginning(text, this.#context);
      if (own !== null) return this.#begin(own, { inner: text, at: line.at ?? null, stream: line.stream ?? "" });
    }
    if (this.#pretty(line, text)) return;
    const wrapped = this.#unwrapped(line.text, text);
    const following = wrapped === null ? next : this.#unwrapped(next)?.inner ?? next;
    const whole: Wrapped = {
      ...(wrapped ?? { inner: text }),
      at: wrapped?.at ?? line.at ?? null,
      level: wrapped?.level ?? line.level ?? null,
      stream: `${line.stream ?? ""}${wrapped?.stream ?? ""}`,
    };
    const joined = this.#joined(whole);
    if (joined === null) return;
    const inner = clean(joined, longestOf(joined));
    if (!hasLines(inner)) return this.#line({ ...whole, inner }, following);
    const lines = linesOf(inner);
    for (const [index, part] of lines.entries()) {
      this.#line({ ...whole, inner: part }, lines[index + 1] ?? following, index > 0);
    }
  }

  /** Ends the reading. */
  end(): Assembled[] {
    const rest = this.#json;
    this.#json = null;
    for (const text of rest?.lines ?? []) {
      this.#line({ inner: text, at: rest!.line.at ?? null, stream: rest!.line.stream ?? "" }, "");
    }
    return this.entries;
  }

  /** Without what collectors put around it; each line is asked for twice, first as the next one. */
  #unwrapped(line: string, text = clean(line, longestOf(line))): Wrapped | null {
    if (this.#ahead?.line !== line) this.#ahead = { line, wrapped: unwrap(text, this.#context) };
    return this.#ahead.wrapped;
  }

  /** Joins what a collector cut into parts; null while the line goes on. */
  #joined({ stream, inner, partial }: Wrapped): string | null {
    const before = this.#parts.get(stream);
    if (!partial && before === undefined) return inner;
    const text = (before ?? "") + inner;
    if (partial && text.length < LONGEST_JSON) {
      this.#parts.set(stream, text);
      return null;
    }
    this.#parts.delete(stream);
    return text;
  }

  /** JSON that was written over many lines is read as one. */
  #pretty(line: SourceLine, text: string): boolean {
    const open = this.#json;
    if (open === null) {
      if (text.trimEnd() !== "{" || line.stream !== undefined) return false;
      this.#json = { lines: [text], line };
      return true;
    }
    open.lines.push(text);
    const ended = /^\}[,\s]*$/.test(text);
    if (!ended && open.lines.length < 500) return true;
    this.#json = null;
    const joined = open.lines.join(" ").replace(/,\s*$/, "");
    const head = ended ? readHead(joined, this.#context) : null;
    if (head) this.#begin(head, { inner: joined, at: line.at ?? null, stream: "" });
    else for (const one of open.lines) this.#line({ inner: one, at: line.at ?? null, stream: "" }, "");
    return true;
  }

  #line(wrapped: Wrapped, next: string, within = false): void {
    const { inner, stream } = wrapped;
    const open = this.#open.get(stream);
    if (within && open !== undefined && (this.#beginning === undefined) && !this.#startsCrash(inner, next, open)) {
      // A line of an entry that its source gave as one.
      if (goesOn(inner) || !this.#headed.has(stream) || readHead(inner, this.#context) === null) {
        return this.#append(open, inner, wrapped.at);
      }
    }
    const records = recordsOf(inner, this.#context);
    if (records !== null) {
      for (const record of records) this.#begin(record, wrapped);
      return;
    }
    const head = this.#beginning === undefined ? readHead(inner, this.#context) : this.#beginning(inner, this.#context);
    // What a runtime prints may begin like a level (`panic: …`, `Fatal error: …`).
    const bare = head !== null && head.at === null && !head.structured && this.#beginning === undefined &&
      crashIn(inner, next) === "crash";
    if (head === null || bare) return this.#headless(wrapped, next, open);
    if (open !== undefined && this.#continues(head, wrapped, open)) {
      return this.#append(open, bodyOf(head), wrapped.at ?? head.at);
    }
    if (open !== undefined && isSecondLine(head, open)) {
      open.level = head.level;
      return this.#append(open, head.message, wrapped.at);
    }
    // A line of a trace that only begins like an entry (`3:04:05 …` below an indentation is none): as it stands.
    this.#begin(head, wrapped);
  }

  /** A line without a time and a level of its own. */
  #headless(wrapped: Wrapped, next: string, open: Open | undefined): void {
    const { inner, stream } = wrapped;
    if (open === undefined ? inner.trim() !== "" : this.#startsCrash(inner, next, open)) {
      const crash = crashIn(inner, next) !== null;
      return this.#begin(
        { at: null, level: crash ? "ERROR" : null, message: inner, body: inner },
        wrapped,
        {
          headless: true,
          understood: crash,
        },
      );
    }
    if (open === undefined) return;
    const far = wrapped.at !== null && open.last !== null && Math.abs(wrapped.at - open.last) > TOGETHER_MS;
    if (goesOn(inner) || open.go) return far ? undefined : this.#append(open, inner, wrapped.at);
    if (open.python) {
      open.python = false;
      return this.#append(open, inner, wrapped.at);
    }
    if (this.#headed.has(stream) && !far && !open.structured) return this.#append(open, inner, wrapped.at);
    const message = inner.trim();
    if (message !== "") {
      this.#begin(
        { at: null, level: isException(inner) ? "ERROR" : null, message, body: inner },
        wrapped,
        {
          headless: true,
          understood: isException(inner),
        },
      );
    }
  }

  /** Whether a line is printed bare by a runtime, and not the trace of the entry above. */
  #startsCrash(inner: string, next: string, open: Open): boolean {
    const kind = crashIn(inner, next);
    if (kind === null) return false;
    if (open.structured) return true;
    const failed = open.level === "ERROR" || open.level === "FATAL";
    const fresh = !hasTrace(open.lines) && !open.lines.slice(1).some((line) => isException(line));
    // A logger that failed or warned prints the exception below its own line.
    if (failed || open.level === "WARN") {
      return !fresh && kind === "crash" && !open.python && !/^\s|^Traceback/.test(inner) && !isChained(open);
    }
    // The second part of a chain (`The above exception was …`) is none of its own.
    if (isChained(open)) return false;
    if (open.level === null && kind === "exception" && open.lines.length < 3 && fresh && open.at !== null) return false;
    return true;
  }

  /** Whether a line that has a time or level of its own goes on with a trace all the same. */
  #continues(head: Head, wrapped: Wrapped, open: Open): boolean {
    if (head.structured || open.structured || head.body === "") return false;
    const at = wrapped.at ?? head.at;
    if (at !== null && open.last !== null && Math.abs(at - open.last) > TOGETHER_MS) return false;
    if (head.level !== null && head.level !== open.level) return false;
    const body = bodyOf(head);
    if (isTracePart(body, { indented: head.level === null || open.python })) return true;
    if (/^Traceback \(most recent|^(?:panic|fatal error): /.test(body)) {
      return open.lines.length === 1 && open.level !== null && /ERROR|FATAL|WARN/.test(open.level);
    }
    if (open.python && /^[\w.]{1,200}(?::|$)/.test(body)) {
      open.python = false;
      return true;
    }
    return open.lines.length === 1 && head.level === open.level && head.level === "ERROR" && isException(body);
  }

  #begin(head: Head, wrapped: Wrapped, how: { readonly headless?: boolean; readonly understood?: boolean } = {}): void {
    const { headless = false, understood = true } = how;
    if (!headless) this.#headed.add(wrapped.stream);
    const at = head.at ?? wrapped.at ?? null;
    const lines = hasLines(head.message) ? linesOf(head.message) : [head.message];
    const pid = head.pid ?? wrapped.pid;
    const open: Open = {
      at: wrapped.at !== null && head.zoned !== true ? wrapped.at : at,
      zoned: wrapped.at !== null || head.zoned === true || head.at === null,
      level: head.level ?? wrapped.level ?? null,
      lines: lines.slice(0, MOST_LINES).map((line) => clean(line)),
      ...(pid === undefined ? {} : { pid }),
      ...(head.caller === undefined ? {} : { caller: head.caller }),
      ...(head.status === undefined ? {} : { status: head.status }),
      understood,
      structured: head.structured === true,
      last: wrapped.at ?? at,
      python: false,
      go: /^(?:panic|fatal error): /.test(head.message),
      dropped: 0,
    };
    if (/^\s{0,8}(?:\+ Exception Group )?Traceback \(most/.test(head.message)) open.python = true;
    // What names no time was written right after what stands above it.
    if (open.at === null) open.at = this.#time;
    else this.#time = open.at;
    this.entries.push(open);
    this.#open.set(wrapped.stream, open);
  }

  #append(open: Open, line: string, at: number | null): void {
    if (/^\s{1,12}[|]?\s{0,12}File "/.test(line) || /^\s{0,8}Traceback \(most/.test(line)) open.python = true;
    else if (open.python && /^\S/.test(line) && line !== "" && !line.startsWith("|")) open.python = false;
    if (/^goroutine \d|^runtime stack:/.test(line)) open.go = true;
    if (at !== null) open.last = at;
    open.lines.push(line);
    // Of a trace beyond measure its beginning and its end are kept: some languages print the cause last.
    if (open.lines.length > MOST_LINES) {
      open.lines.splice(MOST_LINES / 2, 1);
      open.dropped++;
    }
  }
}

/** java.util.logging without a configuration tells the level on its second line. */
function isSecondLine(head: Head, open: Open): boolean {
  if (head.at !== null || head.level === null || head.structured || open.structured) return false;
  return open.level === null && open.lines.length === 1 && open.at !== null && /^\p{Lu}{4,20}: /u.test(head.message);
}

/** What a line says behind what Apache and others put in brackets after the level: `[pid 7] [client 10.0.0.9] …`. */
function bodyOf({ body }: Head): string {
  return /^\[[\w ]{1,20}[ :]/.test(body) ? body.replace(/^(?:\[[^\][]{1,80}\] ){1,4}/, "") : body;
}

function isChained(open: Open): boolean {
  const lines = open.lines.slice(-4).filter((line) => line.trim() !== "");
  return /(?:direct cause of the following|another exception occurred|^Caused by|\| *$|^ *\+-)/.test(
    (lines.at(-1) ?? "").slice(0, 300),
  );
}

function longestOf(text: string): number | undefined {
  return text.length > 4_000 && /^[^{]{0,300}\{/.test(text.slice(0, 400)) && text.length <= LONGEST_JSON
    ? LONGEST_JSON
    : undefined;
}
