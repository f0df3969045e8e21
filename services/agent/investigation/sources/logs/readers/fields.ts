import { type Level, levelOf, levelOfLetter, levelOfNumber } from "../levels.ts";
import { epochOf, type TimeContext, timeOfField } from "../times/mod.ts";
import type { Caller, Head } from "./head.ts";
import { isFields, type Nested, nested, pick } from "./nested.ts";
import { stackText, textOfError } from "./stack.ts";

/** Names of fields over all loggers that are known, in the spelling of `nested()`; the most telling first. */
const TIME = [
  "@timestamp",
  "timestamp",
  "time",
  "ts",
  "@t",
  "datetime",
  "asctime",
  "eventtime",
  "timemillis",
  "timegenerated",
  "timeunixnano",
  "observedtimeunixnano",
  "time.timestamp",
  "time.repr",
  "logtime",
  "event.created",
  "createdat",
  "receivetimestamp",
  "realtimetimestamp",
  "t",
  "date",
  "datetime.date",
  "instant.epochsecond",
  "when",
  "dt",
  "created",
];
const LEVEL = [
  "level",
  "log.level",
  "severity",
  "loglevel",
  "levelname",
  "@level",
  "level.levelstr",
  "errorseverity",
  "@l",
  "lvl",
  "level.name",
  "severitytext",
  "syslog.severity",
  "severitynumber",
  "severity.name",
  "levelno",
  "levelvalue",
  "level.no",
  "level.value",
  "priority",
  "prio",
  "sev",
  "s",
  "status",
  "type",
];
const MESSAGE = [
  "message",
  "@message",
  "msg",
  "@m",
  "renderedmessage",
  "shortmessage",
  "formattedmessage",
  "event",
  "@mt",
  "messagetemplate",
  "textpayload",
  "logmessage",
  "log",
  "text",
  "body",
  "description",
  "desc",
  "fullmessage",
  "errormessage",
  "exceptionmessage",
  "title",
];
const ERROR = [
  "error",
  "err",
  "exception",
  "exc",
  "excinfo",
  "exctext",
  "thrown",
  "throwable",
  "exceptioninfo",
  "@x",
  "cause",
  "errorinfo",
  "fault",
  "ex",
  "e",
  "reason",
];
const STACK = [
  "stack",
  "stacktrace",
  "exceptionstacktrace",
  "errorstack",
  "errorstacktrace",
  "errstack",
  "errorverbose",
  "exceptionstack",
  "backtrace",
  "traceback",
  "errverbose",
  "fullmessage",
  "trace",
  "stackframes",
];
const TYPE = ["errortype", "errorname", "exceptiontype", "exceptionclass", "exceptionname", "errorclass", "errorkind"];
const TOLD = ["errormessage", "exceptionmessage", "errormsg", "exceptionmsg"];
const STATUS = [
  "http.response.statuscode",
  "http.statuscode",
  "statuscode",
  "status",
  "res.statuscode",
  "response.status",
  "httprequest.status",
  "downstreamstatus",
  "responsecode",
  "response.statuscode",
  "httpstatus",
];

/** The head that a structured entry's fields make, by the names that any of the known loggers gives them. */
export function fieldsHead(raw: Readonly<Record<string, unknown>>, context: TimeContext): Head | null {
  const fields = nested(raw);
  const at = timeIn(fields, context);
  const level = levelIn(fields);
  const said = pick(fields, MESSAGE, isText);
  const error = errorIn(fields);
  if (at === null && level === null && said === undefined && error.text === "") return null;
  const told = typeof said === "string" ? stackText(said) : error.brief;
  const message = [
    error.text.includes(error.brief) && error.text.includes("\n") && told !== "" ? told : withReason(told, error.brief),
    repeats(told, error.text) ? "" : error.text,
  ].filter(Boolean).join(
    "\n",
  );
  const pid = Number(pick(fields, ["pid", "process.pid", "processid", "process.id"]));
  const status = Number(pick(fields, STATUS, (value) => /^[1-5]\d\d$/.test(String(value))));
  const caller = callerIn(fields);
  return {
    at,
    zoned: true,
    level: level ?? (error.text === "" ? null : "ERROR"),
    message,
    body: told,
    structured: true,
    ...(Number.isInteger(pid) && pid > 0 ? { pid } : {}),
    ...(status ? { status } : {}),
    ...(caller ? { caller } : {}),
  };
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value !== "";
}

function timeIn(fields: Nested, context: TimeContext): number | null {
  const found = pick(fields, TIME, (value) => timeOf(value, context) !== null);
  if (found === undefined) return null;
  const ms = timeOf(found, context);
  const nano = pick(fields, ["instant.nanoofsecond"]);
  return typeof nano === "number" && found === pick(fields, ["instant.epochsecond"])
    ? ms! + Math.floor(nano / 1e6)
    : ms;
}

function timeOf(value: unknown, context: TimeContext): number | null {
  if (typeof value === "string" && /^\d{10,19}(?:\.\d+)?$/.test(value)) return epochOf(Number(value));
  return timeOfField(value, context);
}

function levelIn(fields: Nested): Level | null {
  for (const name of LEVEL) {
    const value = pick(fields, [name], (one) => levelFrom(one, name.split(".").at(-1)!) !== null);
    if (value !== undefined) return levelFrom(value, name.split(".").at(-1)!);
  }
  return null;
}

function levelFrom(value: unknown, name: string): Level | null {
  if (name === "status" || name === "type") return typeof value === "string" ? levelOf(value) : null;
  if (typeof value === "number") return levelOfNumber(value, name);
  if (typeof value !== "string") return null;
  const word = value.trim();
  if (/^\d{1,5}$/.test(word)) return levelOfNumber(Number(word), name);
  if (word.length === 1) return levelOfLetter(word);
  // winston colours its levels; OpenTelemetry numbers them (`ERROR2`); JBoss and others prefix them.
  // deno-lint-ignore no-control-regex
  const plain = word.replaceAll(/\u001b?\[[\d;]{1,12}m/g, "");
  return levelOf(plain) ?? levelOf(plain.replace(/^[\w.]*\./, "").replace(/(?:[1-4]|[+-]\d{1,2})$/, ""));
}

interface FoundError {
  /** Type, message and stack, as printed. */
  readonly text: string;
  /** What it says in one line. */
  readonly brief: string;
}

function errorIn(fields: Nested): FoundError {
  const group = pick(fields, ERROR, (value) => isFields(value) || (Array.isArray(value) && value.length > 0)) ??
    (isFields(fields.message) ? fields.message : undefined);
  const stack = pick(
    fields,
    STACK,
    (value) => Array.isArray(value) ? value.length > 0 : hasStack(value) || isFields(value),
  );
  const flat = pick(fields, ERROR, (value) => typeof value === "string" && value !== "");
  const type = pick(fields, TYPE, isText);
  const told = pick(fields, TOLD, isText);
  let text = group === undefined ? "" : textOfError(group);
  if (!hasCalls(text) && (stack !== undefined || type !== undefined)) {
    const parts = isFields(group) ? group : {};
    text = textOfError({
      ...parts,
      ...(type === undefined ? {} : { type }),
      ...(told === undefined ? {} : { message: told }),
      stack,
    }) || text;
  }
  const ofApplicationInsights = pick(fields, ["basedata.exceptions", "data.basedata.exceptions"], Array.isArray);
  if (text === "" && ofApplicationInsights !== undefined) text = textOfError(ofApplicationInsights);
  if (typeof flat === "string" && hasStack(flat)) {
    const own = stackText(flat);
    if (!hasCalls(text)) text = own;
  }
  const brief = typeof flat === "string" ? stackText(flat).split("\n", 1)[0]! : text.split("\n", 1)[0]!;
  return { text, brief: /^Traceback/.test(brief) ? "" : brief };
}

function hasStack(value: unknown): boolean {
  return typeof value === "string" && /\\n|\n|^\s*at /.test(value) && value !== "";
}

function hasCalls(text: string): boolean {
  return text.includes("\n");
}

/** `price failed: tier missing` of a message and an error that is text alone. */
function withReason(message: string, reason: string): string {
  const first = message.split("\n", 1)[0]!;
  if (reason === "" || reason === "true" || message.includes(reason) || first === "") return message || reason;
  return message === first ? `${message}: ${reason}` : message;
}

/** Whether a message holds its stack itself. */
function repeats(message: string, stack: string): boolean {
  if (stack === "") return true;
  const first = stack.split("\n", 2);
  return message.includes(stack.slice(0, 4000)) || (first.length === 1 && message.includes(stack));
}

const CALLER = [
  "caller",
  "source",
  "sourcelocation",
  "logging.googleapis.com/sourcelocation",
  "origin",
  "location",
  "log.origin",
];

/** Where the entry was written: one text (`shop/price.go:38`), or file and line in fields of their own. */
function callerIn(fields: Nested): Caller | undefined {
  for (const name of [...CALLER, "file"]) {
    const value = pick(fields, [name]);
    if (typeof value === "string") {
      const match = /^(.{1,300}):(\d{1,7})(?::\d+)?$/.exec(value);
      if (match) {
        return { file: match[1]!, line: Number(match[2]), function: textOr(pick(fields, ["func", "function"])) };
      }
    } else if (isFields(value)) {
      const file = isFields(value.file) ? value.file : value;
      const path = file.file ?? file.filepath ?? file.path ?? file.name;
      const at = Number(file.line ?? file.lineno ?? file.linenumber);
      if (typeof path === "string" && at > 0) {
        return { file: path, line: at, function: textOr(value.function ?? value.func ?? value.method) };
      }
    }
  }
  const google = Object.entries(fields).find(([key]) => key.startsWith("logging"))?.[1];
  if (isFields(google)) {
    const found = callerOfGoogle(google);
    if (found) return found;
  }
  const path = pick(fields, [
    "pathname",
    "code.filepath",
    "code.file.path",
    "filename",
    "file",
    "file.path",
    "filepath",
    "callerfile",
    "sourcefile",
  ], isText);
  const at = Number(
    pick(fields, ["lineno", "code.lineno", "code.line.number", "linenumber", "line", "callerline", "sourceline"]),
  );
  if (typeof path !== "string" || !(at > 0)) return undefined;
  return {
    file: path,
    line: at,
    function: textOr(pick(fields, ["funcname", "code.function", "function", "func", "callerfunction"])),
  };
}

/** `logging.googleapis.com/sourceLocation`, whose dots nest. */
function callerOfGoogle(node: Nested): Caller | undefined {
  const { file, line } = node;
  if (typeof file === "string" && Number(line) > 0) {
    return { file, line: Number(line), function: textOr(node.function) };
  }
  for (const inner of Object.values(node)) {
    const found = isFields(inner) ? callerOfGoogle(inner) : undefined;
    if (found) return found;
  }
  return undefined;
}

function textOr(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
