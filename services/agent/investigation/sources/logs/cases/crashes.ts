import { GO, JAVA, type LogCase, NODE, PYTHON, TRACE } from "./case.ts";

const QUIET = "2026-11-22T15:00:00Z INFO cart 7 closed\n";

/** Crashes that a runtime prints by itself after a harmless line: entries of their own, of that line's time. */
export const CRASHES: readonly LogCase[] = [
  {
    logger: "a panic",
    language: "Go",
    text: `2026/11/22 15:00:00 cart 7 closed\npanic: no rate for EU\n\n${GO}\nexit status 2`,
    entries: 2,
    says: TRACE,
    not: /closed/,
  },
  {
    logger: "a fatal error of the runtime",
    language: "Go",
    text: `${QUIET}fatal error: concurrent map writes\n\n${GO}`,
    entries: 2,
    says: TRACE,
    not: /closed/,
  },
  {
    logger: "a nil map behind JSON lines",
    language: "Go",
    text: `{"level":"info","ts":1795359600,"msg":"cart closed"}\npanic: assignment to entry in nil map\n\n${GO}`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "an uncaught exception",
    language: "Python",
    text: `${QUIET}${PYTHON}`,
    entries: 2,
    says: TRACE,
    not: /closed/,
  },
  {
    logger: "an uncaught exception behind JSON lines",
    language: "Python",
    text: `{"level":"info","timestamp":"2026-11-22T15:00:00Z","event":"cart closed"}\n${PYTHON}`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "a fatal error of the interpreter",
    language: "Python",
    text:
      `${QUIET}Fatal Python error: Segmentation fault\n\nCurrent thread 0x7 (most recent call first):\n  File "/srv/cart/total.py", line 12 in total`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "an uncaught exception",
    language: "Java",
    text: `${QUIET}Exception in thread "main" ${JAVA}`,
    entries: 2,
    says: TRACE,
  },
  { logger: "printStackTrace()", language: "Java", text: `${QUIET}${JAVA}`, entries: 2, says: TRACE, not: /closed/ },
  {
    logger: "out of memory",
    language: "Java",
    text: `${QUIET}Terminating due to java.lang.OutOfMemoryError: Java heap space`,
    entries: 2,
    says: /heap space/,
  },
  {
    logger: "an uncaught error",
    language: "JavaScript",
    text:
      `${QUIET}/srv/cart/total.js:12\n  return rates[zone].percent;\n                     ^\n\n${NODE}\n\nNode.js v22.11.0`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "console.error(error)",
    language: "JavaScript",
    text: `${QUIET}${NODE}`,
    entries: 2,
    says: TRACE,
    not: /closed/,
  },
  {
    logger: "an unhandled rejection",
    language: "JavaScript",
    text: `${QUIET}(node:7) UnhandledPromiseRejectionWarning: ${NODE}`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "out of memory",
    language: "JavaScript",
    text:
      `${QUIET}<--- Last few GCs --->\n\n[7:0x5] 12 ms: Mark-Compact 4000 (4100) MB\n\nFATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n----- Native stack trace -----`,
    entries: 2,
    says: /heap out of memory/,
  },
  {
    logger: "an uncaught error",
    language: "TypeScript (Deno)",
    text:
      `${QUIET}error: Uncaught (in promise) RangeError: no rate for EU\n    at total (file:///srv/cart/total.js:12:5)`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "an unhandled exception",
    language: "C#",
    text:
      `${QUIET}Unhandled exception. System.InvalidOperationException: no rate for EU\n   at Acme.Cart.Total.Rate() in /src/Cart/Total.cs:line 12`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "an unhandled exception",
    language: "Dart",
    text: `${QUIET}Unhandled exception:\nBad state: no rate for EU\n#0      total (package:cart/total.dart:12:5)`,
    entries: 2,
    says: /total\.dart:12/,
  },
  {
    logger: "a panic",
    language: "Rust",
    text:
      `${QUIET}\nthread 'main' panicked at src/total.rs:12:5:\nno rate for EU\nnote: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
    entries: 2,
    says: /total\.rs:12[^]*no rate for EU/,
  },
  {
    logger: "a panic with a thread's number",
    language: "Rust",
    text: `${QUIET}thread 'tokio-runtime-worker' (7) panicked at src/total.rs:12:5:\nno rate for EU`,
    entries: 2,
    says: /no rate for EU/,
  },
  {
    logger: "an uncaught exception",
    language: "Ruby",
    text:
      `${QUIET}/srv/cart/total.rb:12:in 'Object#rate': no rate for EU (CartError)\n\tfrom /srv/cart/cart.rb:40:in '<main>'`,
    entries: 2,
    says: /no rate for EU/,
  },
  {
    logger: "a fatal error on the command line",
    language: "PHP",
    text:
      `${QUIET}PHP Fatal error:  Uncaught CartError: no rate in /srv/cart/total.php:12\nStack trace:\n#0 {main}\n  thrown in /srv/cart/total.php on line 12`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "an exit",
    language: "Elixir",
    text: `${QUIET}** (KeyError) key :EU not found in: %{}\n    (cart 0.1.0) lib/cart/total.ex:12: Cart.Total.rate/1`,
    entries: 2,
    says: TRACE,
  },
  {
    logger: "a trap",
    language: "Swift",
    text: `${QUIET}Fatal error: Index out of range: file cart/total.swift, line 12`,
    entries: 2,
    says: /Index out of range/,
  },
  {
    logger: "an uncaught exception",
    language: "C++",
    text: `${QUIET}terminate called after throwing an instance of 'std::out_of_range'\n  what():  map::at`,
    entries: 2,
    says: /map::at/,
  },
  {
    logger: "AddressSanitizer",
    language: "C++",
    text:
      `${QUIET}==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x60\n    #0 0x4a2 in total /srv/cart/total.cc:12:5`,
    entries: 2,
    says: /total\.cc:12/,
  },
  {
    logger: "a segmentation fault",
    language: "C",
    text: `${QUIET}Segmentation fault (core dumped)`,
    entries: 2,
    says: /Segmentation fault/,
  },
  {
    logger: "the kernel's memory killer",
    language: "any",
    text: "Nov 22 15:00:00 web-1 kernel: Out of memory: Killed process 7 (node) total-vm:4194304kB",
    says: /Killed process 7/,
  },
  {
    logger: "exceptions below an access log without times",
    language: "JavaScript",
    text: `GET /cart 500 12.3 ms - 145\n${NODE}\nGET /health 200 1 ms - 2`,
    at: null,
    entries: 3,
    says: TRACE,
    not: /GET/,
  },
  {
    logger: "a warning's own trace",
    language: "Python",
    text: `2026-11-22 15:00:00,123 WARNING cart close failed\n${PYTHON}`,
    level: "WARN",
    says: TRACE,
  },
];
