import { JAVA, type LogCase, NODE, PYTHON, TRACE } from "./case.ts";

const AT = "2026-11-22T15:00:00.123456789Z";
const each = (before: string, text: string) => text.split("\n").map((line) => before + line).join("\n");
const FAILED = `2026-11-22 15:00:00,123 ERROR cart close failed\n${PYTHON}`;
/** The same without a time of its own. */
const PLAIN = `close failed\n${PYTHON}`;
const docker = (text: string, more = {}) =>
  text.split("\n").map((log) => JSON.stringify({ log: `${log}\n`, stream: "stderr", ...more, time: AT })).join("\n");

/** What collectors put around lines, once or twice. */
export const WRAPPED: readonly LogCase[] = [
  { logger: "Docker's json-file", language: "any", text: docker(FAILED), says: TRACE },
  { logger: "Docker's json-file, lines without a time", language: "any", text: docker(PYTHON), says: TRACE },
  {
    logger: "Docker's json-file with labels",
    language: "any",
    text: docker(FAILED, { attrs: { tag: "cart" } }),
    says: TRACE,
  },
  {
    logger: "Docker's json-file, a line in parts",
    language: "any",
    text: [
      `{"log":"2026-11-22 15:00:00 ERROR close ","stream":"stdout","time":"${AT}"}`,
      `{"log":"failed\\n","stream":"stdout","time":"${AT}"}`,
    ].join("\n"),
    says: /ERROR close failed$/,
  },
  {
    logger: "Docker's json-file around JSON",
    language: "JavaScript",
    text: docker(JSON.stringify({ level: 50, time: 1795359600000, msg: "close failed", err: { stack: NODE } })),
    says: TRACE,
  },
  {
    logger: "Fluent Bit's Kubernetes filter",
    language: "any",
    text: FAILED.split("\n").map((log) =>
      JSON.stringify({
        "@timestamp": AT,
        log,
        stream: "stderr",
        kubernetes: { pod_name: "cart-1", container_name: "cart" },
      })
    ).join("\n"),
    says: TRACE,
  },
  { logger: "Kubernetes CRI", language: "any", text: each(`${AT} stderr F `, FAILED), says: TRACE },
  {
    logger: "Kubernetes CRI, lines without a time",
    language: "any",
    text: each(`${AT} stderr F `, PYTHON),
    says: TRACE,
  },
  {
    logger: "Kubernetes CRI, a line in parts",
    language: "any",
    text: `${AT} stdout P 2026-11-22 15:00:00 ERROR close \n${AT} stdout P fai\n${AT} stdout F led`,
    says: /ERROR close failed$/,
  },
  {
    logger: "Kubernetes CRI with an offset, around JSON",
    language: "Go",
    text: `2026-11-22T16:00:00.123456789+01:00 stdout F ${
      JSON.stringify({ level: "error", ts: 1795359600.1, msg: "close failed" })
    }`,
    says: /close failed/,
  },
  {
    logger: "Kubernetes CRI, two outputs interleaved",
    language: "any",
    text: [
      `${AT} stderr F Traceback (most recent call last):`,
      `${AT} stdout F 10.0.0.9 - - [22/Nov/2026:15:00:00 +0000] "GET /health HTTP/1.1" 200 2`,
      ...PYTHON.split("\n").slice(1).map((line) => `${AT} stderr F ${line}`),
    ].join("\n"),
    entries: 2,
    says: TRACE,
    not: /health/,
  },
  { logger: "kubectl logs --timestamps", language: "any", text: each(`${AT} `, FAILED), says: TRACE },
  {
    logger: "kubectl logs --prefix",
    language: "any",
    text: each("[pod/cart-5d9c7b8f6-x2v4k/cart] ", FAILED),
    says: TRACE,
  },
  { logger: "stern", language: "any", text: each("cart-5d9c7b8f6-x2v4k cart ", FAILED), says: TRACE },
  { logger: "docker compose", language: "any", text: each("cart-1  | ", FAILED), says: TRACE },
  {
    logger: "docker compose, two services interleaved",
    language: "any",
    text: FAILED.split("\n").flatMap((line) => [`cart-1   | ${line}`, "proxy-1  | 2026-11-22 15:00:00 INFO ok"]).join(
      "\n",
    ),
    entries: 7,
    says: TRACE,
    not: /INFO/,
  },
  { logger: "docker-compose", language: "any", text: each("cart_1  | ", FAILED), says: TRACE },
  { logger: "docker compose with timestamps", language: "any", text: each(`cart-1  | ${AT} `, FAILED), says: TRACE },
  { logger: "docker service logs", language: "any", text: each("cart.1.x7k2m9@node-1    | ", FAILED), says: TRACE },
  {
    logger: "foreman and honcho",
    language: "any",
    text: each("15:00:00 web.1   | ", PLAIN.replace("close", "ERROR close")),
    says: TRACE,
  },
  {
    logger: "pm2",
    language: "JavaScript",
    text: each("0|cart  | ", `2026-11-22T15:00:00.123Z ERROR close failed\n${NODE}`),
    says: TRACE,
  },
  { logger: "syslog", language: "any", text: each("Nov 22 15:00:00 web-1 cart[7]: ", FAILED), says: TRACE, pid: 7 },
  {
    logger: "syslog, a level on each line",
    language: "Python",
    text: each("Nov 22 15:00:00 web-1 cart[7]: ERROR: ", PLAIN),
    says: TRACE,
  },
  {
    logger: "syslog, lines without a level",
    language: "Python",
    text: each("Nov 22 15:00:00 web-1 cart[7]: ", PYTHON),
    says: TRACE,
  },
  {
    logger: "syslog with a priority",
    language: "any",
    text: "<27>Nov 22 15:00:00 web-1 cart[7]: close failed",
    says: /^close failed$/,
    pid: 7,
  },
  {
    logger: "syslog, RFC 5424",
    language: "any",
    text: `<27>1 ${AT} web-1 cart 7 ID47 [ex@32473 a="b"] close failed`,
    says: /^close failed$/,
    pid: 7,
  },
  {
    logger: "syslog, RFC 5424 without data",
    language: "any",
    text: `<30>1 ${AT} web-1 cart - - - 2026-11-22 15:00:00 ERROR close failed`,
    says: /close failed/,
  },
  {
    logger: "rsyslog with ISO times",
    language: "any",
    text: each("2026-11-22T16:00:00.123456+01:00 web-1 cart[7]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "rsyslog, line breaks escaped",
    language: "Java",
    text: `Nov 22 15:00:00 web-1 cart[7]: 2026-11-22 15:00:00 ERROR close failed#012${
      JAVA.replaceAll("\n", "#012").replaceAll("\t", "#011")
    }`,
    says: TRACE,
  },
  { logger: "journalctl", language: "any", text: each("Nov 22 15:00:00 web-1 cart[7]: ", PYTHON), says: TRACE },
  {
    logger: "journalctl -o short-precise",
    language: "any",
    text: each("Nov 22 15:00:00.123456 web-1 cart[7]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "journalctl -o short-iso",
    language: "any",
    text: each("2026-11-22T16:00:00+0100 web-1 cart[7]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "journalctl -o short-full",
    language: "any",
    text: each("Sun 2026-11-22 15:00:00 UTC web-1 cart[7]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "journalctl -o short-unix",
    language: "any",
    text: each("1795359600.123456 web-1 cart[7]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "journalctl -o json",
    language: "any",
    text: FAILED.split("\n").map((MESSAGE) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: "1795359600123456",
        PRIORITY: "6",
        SYSLOG_IDENTIFIER: "cart",
        _PID: "7",
        MESSAGE,
      })
    ).join("\n"),
    says: TRACE,
    pid: 7,
  },
  {
    logger: "journalctl -o json, lines without a level",
    language: "any",
    text: PYTHON.split("\n").map((MESSAGE) =>
      JSON.stringify({
        __REALTIME_TIMESTAMP: "1795359600123456",
        PRIORITY: "6",
        SYSLOG_IDENTIFIER: "cart",
        _PID: "7",
        MESSAGE,
      })
    ).join("\n"),
    says: TRACE,
  },
  {
    logger: "Filebeat, a trace by line",
    language: "any",
    text: FAILED.split("\n").map((message) =>
      JSON.stringify({
        "@timestamp": AT,
        message,
        stream: "stderr",
        agent: { type: "filebeat" },
        log: { offset: 7, file: { path: "/x" } },
      })
    ).join("\n"),
    says: TRACE,
  },
  {
    logger: "Vector, a trace by line without a logger's head",
    language: "any",
    text: PYTHON.split("\n").map((message) =>
      JSON.stringify({ message, source_type: "docker_logs", stream: "stderr", container_name: "cart", timestamp: AT })
    ).join("\n"),
    says: TRACE,
  },
  {
    logger: "CloudWatch's events",
    language: "any",
    text: FAILED.split("\n").map((message) =>
      JSON.stringify({ timestamp: 1795359600123, message, ingestionTime: 1795359601000, logStream: "x" })
    ).join("\n"),
    says: TRACE,
  },
  {
    logger: "Google's text entries, a trace by line",
    language: "any",
    text: PYTHON.split("\n").map((textPayload, i) =>
      JSON.stringify({
        insertId: `x${i}`,
        textPayload,
        severity: "ERROR",
        timestamp: AT,
        resource: { type: "k8s_container" },
      })
    ).join("\n"),
    says: TRACE,
  },
  {
    logger: "PHP-FPM",
    language: "PHP",
    text: [
      "NOTICE: PHP message: PHP Fatal error:  Uncaught CartError: no rate in /srv/cart/total.php:12",
      "Stack trace:",
      "#0 /srv/cart/cart.php(40): total()",
      "#1 {main}",
      "  thrown in /srv/cart/total.php on line 12",
    ].map((line) => `[22-Nov-2026 15:00:00] WARNING: [pool www] child 7 said into stderr: "${line}"`).join("\n"),
    says: /total\.php:12[^]*thrown in/,
  },
  {
    logger: "Apache and mod_wsgi",
    language: "Python",
    text: each(
      "[Sun Nov 22 15:00:00.123456 2026] [wsgi:error] [pid 7:tid 8] [remote 10.0.0.9:5000] ",
      `close failed\n${PYTHON}`,
    ),
    says: TRACE,
  },
  {
    logger: "Heroku",
    language: "any",
    text: each("2026-11-22T15:00:00.123456+00:00 app[web.1]: ", FAILED),
    says: TRACE,
  },
  {
    logger: "Heroku's drain",
    language: "any",
    text: `<190>1 2026-11-22T15:00:00.123456+00:00 host app web.1 - ERROR close failed`,
    says: /close failed/,
  },
  {
    logger: "Cloud Foundry",
    language: "Java",
    text: each(
      "2026-11-22T15:00:00.12+0000 [APP/PROC/WEB/0] ERR ",
      `2026-11-22 15:00:00.123 ERROR close failed\n${JAVA}`,
    ),
    says: TRACE,
  },
  { logger: "Fly", language: "any", text: each("2026-11-22T15:00:00Z app[48ed7] ams [info] ", FAILED), says: TRACE },
  {
    logger: "compose, then syslog",
    language: "any",
    text: each("Nov 22 15:00:00 web-1 docker[7]: cart-1  | ", FAILED),
    says: TRACE,
  },
  {
    logger: "syslog inside Docker's json-file",
    language: "any",
    text: docker(each("Nov 22 15:00:00 web-1 cart[7]: ", FAILED)),
    says: TRACE,
  },
  {
    logger: "Docker's json-file inside CRI",
    language: "any",
    text: each(`${AT} stdout F `, docker(FAILED)),
    says: TRACE,
  },
  {
    logger: "colours",
    language: "any",
    text:
      `\u001b[32m2026-11-22 15:00:00\u001b[0m \u001b[31m\u001b[1mERROR\u001b[0m \u001b[36mcart\u001b[0m close failed\n\u001b[33m${
        PYTHON.replaceAll("\n", "\u001b[0m\n\u001b[33m")
      }\u001b[0m`,
    says: TRACE,
    not: /\[3/,
  },
  {
    logger: "colours whose escape syslog wrote out",
    language: "any",
    text: "Nov 22 15:00:00 web-1 cart[7]: #033[31mERROR#033[0m close failed",
    says: /^ERROR close failed$/,
  },
  {
    logger: "a byte order mark, NUL and bells",
    language: "any",
    text: "\ufeff\u0000\u0000\u00002026-11-22 15:00:00 ERROR close \u0007failed",
    says: /^ERROR close failed$/,
  },
  { logger: "Windows' line ends", language: "any", text: FAILED.replaceAll("\n", "\r\n"), says: TRACE, not: /\r/ },
];
