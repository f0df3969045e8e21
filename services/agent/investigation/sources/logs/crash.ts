/** Beginnings of what a runtime prints by itself, past every logger, when a program dies. */
const CRASHES = oneOf([
  // Go
  /^(?:panic|fatal error|unexpected fault address|SIG[A-Z]{2,6}): ?/,
  /^runtime: goroutine stack exceeds/,
  // Java, Kotlin, Scala
  /^Exception in thread "/,
  /^Exception: java\.lang\./,
  /^Terminating due to java\.lang/,
  /^# A fatal error has been detected by the Java Runtime/,
  // .NET, Dart, Deno, Node, Bun, browsers
  /^Unhandled (?:[Ee]xception|[Rr]ejection|[Ee]rror)\b/,
  /^(?:\[?Unhandled|error: Uncaught |Uncaught |\(node:\d{1,9}\) UnhandledPromiseRejection)/,
  /^FATAL ERROR: /,
  /^<--- Last few GCs --->/,
  /^(?:file:\/\/)?[^\s:]{1,300}\.[cm]?[jt]sx?:\d{1,7}$/,
  // Rust
  /^thread (?:'[^']{0,200}'|\S{1,100}) (?:\(\d{1,10}\) )?panicked at /,
  // Python
  /^ {0,4}(?:\+ Exception Group )?Traceback \(most recent call last\):/,
  /^Fatal Python error: /,
  // PHP, Swift, Ruby, Elixir
  /^(?:PHP )?Fatal error: /,
  /^[^\s:]{1,300}\.rb:\d{1,7}:in [`'].{0,200}\((?:[A-Z]\w{0,60}::)?[A-Z]\w{0,60}\)$/,
  /^\*\* \([\w.]{1,100}\) /,
  // C, C++, the system
  /^(?:Segmentation fault|Bus error|Aborted|Illegal instruction|Floating point exception)\b/,
  /^[\w./-]{1,100}(?:\[\d{1,9}\])?: segfault at /,
  /^terminate called (?:after|without)/,
  /^(?:=={1,2}\d{1,10}==\s?)?(?:ERROR|WARNING): \w{1,30}Sanitizer: /,
  /^(?:\*\*\* (?:stack smashing|buffer overflow)|double free or corruption|free\(\): |malloc\(\): |corrupted )/,
  /^(?:Memory cgroup o|O)ut of memory: Killed process /,
  // A runtime whose memory ran out, before it ends.
  /^(?:# )?Fatal (?:JavaScript|process) (?:out of memory|OOM)\b/,
  /^runtime: out of memory: /,
  /^memory allocation of \d{1,20} bytes failed/,
  /^java\.lang\.OutOfMemoryError\b/,
  /^(?:MemoryError|NoMemoryError|Out of memory\.?)$/,
]);

/** `java.lang.NullPointerException: …`, `TypeError: …`, `Shop\CartError: …`: an exception's own first line. */
const EXCEPTION =
  /^(?:[\w$]{1,80}(?:\.|::|\\|\/)){0,12}[\w$]{0,80}(?:Error|Exception|Throwable|Failure|Panic)(?: \[[\w.]{1,60}\])?(?: \(.{0,100})?(?::|$)/;
/** A class with its package, whatever it is called: `com.acme.shop.CheckoutFailed: order 7`. */
const CLASS = /^(?:[a-z][\w$]{0,80}\.){2,12}[A-Z][\w$]{0,80}(?::|$)/;

/** A call below an exception, in any language that indents it or names a file and a line. */
const CALL =
  /^(?:\s{1,40}(?:at |File "|in |from )|\s{0,12}\.{3} \d{1,6} (?:more|common)|\t?#\d{1,4}[ :]|\S{1,300}\.rb:\d{1,7}:in |\s{1,40}[\w./-]{1,300}:\d{1,7})/;

/** How sure a line is the beginning of a crash, with the line after it. */
export function crashIn(line: string, next: string): "crash" | "exception" | null {
  const text = line.slice(0, 600);
  if (CRASHES.test(text)) return "crash";
  if (!EXCEPTION.test(text) && !CLASS.test(text)) return null;
  return CALL.test(next.slice(0, 600)) ? "exception" : null;
}

/** One pattern of many: tried once a line. */
function oneOf(patterns: readonly RegExp[]): RegExp {
  return new RegExp(patterns.map(({ source }) => `(?:${source})`).join("|"));
}

/** `main.(*Cart).close(0xc0000)`: a call in Go's traces, which stands alone on its line. */
function isGoCall(text: string): boolean {
  const open = text.indexOf("(");
  return open > 0 && text.endsWith(")") && /^[\w./@~·*[\]-]{1,300}$/.test(text.slice(0, open)) &&
    /\.|^panic$/.test(text.slice(0, open));
}

/** Whether a line is the first of an exception, whatever follows. */
export function isException(line: string): boolean {
  const text = line.slice(0, 600);
  return EXCEPTION.test(text) || CLASS.test(text);
}

/** Lines that go on with what stands above them, whoever printed them. */
const GOES_ON = oneOf([
  /^(?:Caused by|Suppressed|Wrapped by|Causes?(?: \d{1,3})?|Root cause|Context)\b ?:?/,
  /^\.{3} \d{1,6} (?:more|common)/,
  /^(?:During handling of the above|The above exception was)/,
  /^(?:goroutine \d|created by |\[signal |exit status \d|runtime stack:|\[recovered\])/,
  /^[\w./@~-]{1,300}\.go:\d{1,7} \(0x/,
  /^(?:--- End of |---> |Stack [Tt]race|Backtrace|Call [Ss]tack|Previous exception|thrown in |note: |stack backtrace:|Stack dump|Current thread)/,
  /^\[(?:stacktrace|previous exception)\]/,
  /^#\d{1,4}[ :]/,
  /^at /,
  /^Node\.js v\d/,
  /^[)\]}"',;]{1,6}$/,
  /^(?:from )?\S{1,300}\.rb:\d{1,7}:in /,
  /^[|+]\s/,
  /^ {0,40}[~^]{1,200}$/,
  /^(?:\(<\w+>|\(\w[\w.-]{0,60} \d[\w.-]{0,30}\)) /,
]);

/** Whether a line goes on with what stands above it, as far as its own form tells. */
export function goesOn(line: string): boolean {
  const text = line.slice(0, 900);
  return text === "" || /^\s/.test(text) || GOES_ON.test(text) || isGoCall(text);
}

/** Whether a line is a part of a trace that no program begins a message with; `indented`: any indentation makes it one. */
export function isTracePart(line: string, { indented }: { readonly indented: boolean }): boolean {
  const text = line.slice(0, 900);
  return /^\s*(?:at \S|File "|\.{3} \d)/.test(text) || /^\s+(?:\S{1,300}\.go:\d|\d{1,4}: )/.test(text) ||
    (indented && /^\s{2,}\S/.test(text)) || GOES_ON.test(text) || isGoCall(text);
}

/** Whether a text has a stack below its first line. */
export function hasTrace(lines: readonly string[]): boolean {
  return lines.some((line, index) => {
    const text = line.slice(0, 600);
    return (index > 0 && CALL.test(text)) ||
      /^(?:Traceback \(most recent|goroutine \d{1,9} \[|thread '.{0,200}' .{0,20}panicked|\*\* \(|panic: )/.test(
        text,
      ) ||
      /^\s{0,8}[|+]?\s{0,8}Traceback \(most recent/.test(text) ||
      (index > 0 && /^\S{1,300}\.go:\d{1,7} \(0x/.test(text));
  });
}
