const LONGEST = 400;

/** Whether a line is one that only a stack trace begins with, so that it starts an entry of its own after a quiet one. */
export function beginsStack(line: string): boolean {
  const cut = line.slice(0, LONGEST);
  return /^Traceback \(most recent call last\)|^panic: |^fatal error: |^thread '[^']*' panicked at |^Unhandled exception|^Exception in thread /
    .test(cut);
}

/** Whether a line continues the stack trace above it. */
export function continuesStack(line: string): boolean {
  const cut = line.slice(0, LONGEST);
  return /^\s+at |^\s+File "|^Caused by: |^\s+\.\.\. \d+ (?:more|common frames)|^#\d+ |^goroutine \d+ \[/.test(cut);
}
