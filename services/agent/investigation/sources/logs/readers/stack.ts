import { isFields, type Nested, nested } from "./nested.ts";

const MOST_FRAMES = 100;
const DEEPEST_CAUSE = 6;

/** An exception that a logger wrote as fields, as its language prints it; empty when the value is none. */
export function textOfError(value: unknown, depth = 0): string {
  if (depth > DEEPEST_CAUSE) return "";
  if (typeof value === "string") return stackText(value);
  if (Array.isArray(value)) return textOfList(value, depth);
  if (!isFields(value)) return "";
  const type = words(
    value.type,
    value.class,
    value.name,
    value.exctype,
    value.kind,
    value.exceptiontype,
    value.typename,
    value.exceptionclass,
    value.errortype,
    value.classname,
  );
  const message = words(
    value.message,
    value.msg,
    value.value,
    value.excvalue,
    value.exceptionmessage,
    value.errormessage,
    value.localizedmessage,
    value.description,
    value.reason,
  );
  const stack = frames(
    value.stack ?? value.stacktrace ?? value.stacktracestring ?? value.backtrace ?? value.extendedstacktrace ??
      value.trace ?? value.frames ??
      value.parsedstack ?? value.traceback ?? value.errorstack ?? value.exceptionstacktrace ?? value.callstack ??
      value.stackframes ?? value.verbose,
  );
  const place = typeof value.file === "string" ? placeOf(value) : "";
  const head = type !== "" && message !== "" && !message.startsWith(type) ? `${type}: ${message}` : message || type;
  const cause = value.cause ?? value.innerexception ?? value.inner ?? value.previous ?? value.causedby ??
    value.innererror;
  const inner = cause === undefined || cause === null
    ? ""
    : textOfError(isFields(cause) && isFields(cause.exception) ? cause.exception : cause, depth + 1);
  const python = stack.startsWith("Traceback (most recent call last)");
  const told = place === "" || stack.includes(place.slice(4)) ? head : `${head}${place}`;
  const whole = stack === "" || (head !== "" && stack.includes(firstLine(head).slice(0, 200)))
    ? stack || told
    : python
    ? `${stack}\n${head}`
    : [told, stack].filter(Boolean).join("\n");
  if (inner === "" || stack.includes(firstLine(inner).slice(0, 200))) return whole;
  return python || inner.startsWith("Traceback")
    ? `${inner}\n\nThe above exception was the direct cause of the following exception:\n\n${whole}`
    : `${whole}\nCaused by: ${inner}`;
}

/** structlog's and Sentry's lists of exceptions, and lists of lines. */
function textOfList(list: readonly unknown[], depth: number): string {
  if (list.every((one) => typeof one === "string")) return stackText(list.join("\n"));
  const fields = list.slice(0, MOST_FRAMES).filter((one) => typeof one === "object" && one !== null).map((one) =>
    nested(one as Record<string, unknown>)
  );
  if (fields.some((one) => one.exctype !== undefined || one.frames !== undefined || one.typename !== undefined)) {
    // The outermost first; Python prints it last.
    return fields.reverse().map((one) => textOfError(one, depth + 1)).filter(Boolean)
      .join("\n\nThe above exception was the direct cause of the following exception:\n\n");
  }
  return frames(list);
}

/** Text of a stack: as printed, a list of lines, or a list of calls. */
function frames(value: unknown): string {
  if (typeof value === "string") return stackText(value);
  if (!Array.isArray(value)) return isFields(value) ? frames(value.frames ?? value.stack) : "";
  const list = value.slice(0, MOST_FRAMES);
  if (list.every((one) => typeof one === "string")) return stackText(listed(list));
  const calls = list.filter((one) => typeof one === "object" && one !== null).map((one) => callOf(nested(one)));
  const printed = calls.map(printCall).filter((line) => line !== "");
  if (printed.length === 0) return "";
  return calls[0]!.file.endsWith(".py")
    ? `Traceback (most recent call last):\n${printed.join("\n")}`
    : printed.join("\n");
}

/** Lines of a list: Monolog and Ruby give a place alone. */
function listed(lines: readonly string[]): string {
  return lines.map((line, index) => {
    const php = /^(\/?[^\s:]{1,300}\.php):(\d{1,7})$/.exec(line);
    return php ? `#${index} ${php[1]}(${php[2]}): {main}` : line;
  }).join("\n");
}

interface Call {
  readonly file: string;
  readonly line: string;
  readonly column: string;
  readonly name: string;
  readonly type: string;
}

function callOf(fields: Nested): Call {
  return {
    file: words(fields.filename, fields.file, fields.abspath, fields.path, fields.source, fields.sourcefile),
    line: words(fields.lineno, fields.line, fields.linenumber, fields.number),
    column: words(fields.column, fields.colno, fields.col),
    name: words(fields.function, fields.func, fields.method, fields.methodname, fields.name, fields.fn),
    type: words(fields.class, fields.classname, fields.module, fields.declaringclass, fields.declaringtype),
  };
}

function printCall({ file, line, column, name, type }: Call): string {
  if (file === "" && type === "") return "";
  const at = line === "" ? "1" : line;
  const ending = /\.(\w{1,5})$/.exec(file)?.[1] ?? "";
  const called = type === "" || name.includes(type) ? name : `${type}.${name}`;
  if (ending === "py") return `  File "${file}", line ${at}, in ${name || "<module>"}`;
  if (ending === "go") return `${called || "main"}\n\t${file}:${at}`;
  if (/^(?:java|kt|scala|groovy|clj)$/.test(ending) || file === "") {
    return `\tat ${called}(${file || "Unknown Source"}${file ? `:${at}` : ""})`;
  }
  if (ending === "php") return `#0 ${file}(${at}): ${called || "{main}"}`;
  if (ending === "rb") return `${file}:${at}:in '${called}'`;
  if (/^(?:cs|fs|vb)$/.test(ending)) return `   at ${called} in ${file}:line ${at}`;
  return called === "" ? `    at ${file}:${at}:${column || 1}` : `    at ${called} (${file}:${at}:${column || 1})`;
}

/** PHP's ` in file:line`, for exceptions that tell where they were made beside their trace. */
function placeOf({ file, line }: Nested): string {
  const whole = /:\d+$/.test(String(file)) ? String(file) : `${file}:${words(line) || 1}`;
  return ` in ${whole}`;
}

/** A stack whose line breaks were escaped once more is unfolded. */
export function stackText(text: string): string {
  if (text.includes("\n") || !text.includes("\\n")) return text;
  return text.replaceAll("\\r", "").replaceAll("\\n", "\n").replaceAll("\\t", "\t");
}

function words(...values: readonly unknown[]): string {
  const found = values.find((value) => (typeof value === "string" && value !== "") || typeof value === "number");
  return found === undefined ? "" : String(found);
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}
