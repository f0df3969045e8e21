import { type Head, headOf, headWithin } from "./head.ts";
import { found, type Reader, type Reading, reading } from "./reader.ts";
import type { StackFrame } from "./types.ts";

/** `at` and `line` as the runtime's own translations have them. */
const FRAME =
  /^\s{0,40}(?:at|bei|à|en|em|in|w|в|場所|在|위치:) ([^\s(][^(]{0,400})\(([^)]{0,400})\)(?: (?:in|dans|en|em|w|в|場所|位置|파일) (.{1,400}):(?:line|Zeile|ligne|línea|linha|riga|wiersz|строка|行|行号|줄) ?(\d{1,7})\.?)?$/;
const INNER = /^\s*---> (?:\(Inner Exception #\d+\) )?/;
const END =
  /^\s*--- .{0,80}(?:inner exception|inneren Ausnahme|exception interne|excepción interna|internen Ausnahme)/i;
const PACKAGES =
  /^(?:System|Microsoft|Windows|Npgsql|MySql|MySqlConnector|Oracle|MongoDB|Newtonsoft|Serilog|NLog|log4net|Dapper|Polly|StackExchange|Autofac|MediatR|Grpc|Google|Amazon|Azure|RabbitMQ|MassTransit|Hangfire|Quartz|AutoMapper|FluentValidation|Swashbuckle|RestSharp|Refit|Castle|Moq|Xunit|NUnit|NHibernate|Elastic\w*|Nest|Confluent|OpenTelemetry|Sentry|Orleans|Akka|ServiceStack|FSharp|Giraffe|Interop|Internal|lambda_method)(?:\.|\d|$)/;

/** .NET: `at Namespace.Class.Method(args) in /src/X.cs:line 12`, `--->`, `--- End of inner exception stack trace ---`. */
export const dotnet: Reader = {
  language: ".NET (C#, F#, Visual Basic)",
  sign:
    /^\s{0,40}(?:at|bei|à|en|em|in|w|в|場所|在|위치:) [^\s(][^(]{0,400}\([^)]{0,400}\)(?:$| \S{1,4} .{1,400}:\S{1,8} ?\d{1,7}\.?$)|---> /,
  read(lines) {
    const chain: Reading[] = [];
    /** Those whose calls are still to come: outer ones are printed after what caused them. */
    const open: Reading[] = [];
    let above: string[] = [];
    for (const raw of lines) {
      // The innermost may follow on the same line.
      for (const line of raw.includes(" ---> ") && !INNER.test(raw) ? split(raw) : [raw]) {
        if (/^\s*---> \(Inner Exception #[1-9]/.test(line)) return found(chain);
        const frame = frameOf(line);
        if (frame) {
          if (open.length === 0) begin(chain, open, above);
          open.at(-1)?.frames.push(frame);
          above = [];
        } else if (INNER.test(line)) {
          if (open.length === 0) begin(chain, open, above);
          above = [];
          const head = headOf(line.replace(INNER, ""), true) ?? headWithin(line);
          open.push(reading(head));
          chain.push(open.at(-1)!);
        } else if (END.test(line)) open.pop();
        else if (chain.length === 0) above.push(line);
      }
    }
    return found(chain);
  },
};

function begin(chain: Reading[], open: Reading[], above: readonly string[]): void {
  if (chain.length > 0) return;
  const first = reading(headFrom(above));
  chain.push(first);
  open.push(first);
}

function headFrom(above: readonly string[]): Head | null {
  for (const [i, line] of above.entries()) {
    const head = headOf(line) ?? (i === above.length - 1 ? headWithin(line) : null);
    if (head) return head;
  }
  return above.map(headWithin).find((head) => head !== null) ?? null;
}

function split(line: string): string[] {
  const [first, ...inner] = line.split(" ---> ");
  return [first!, ...inner.map((one) => ` ---> ${one}`)];
}

function frameOf(line: string): StackFrame | null {
  const match = FRAME.exec(line);
  if (!match) return null;
  const [, printed, where, file, at] = match;
  if (
    file === undefined &&
    (!printed!.includes(".") ||
      /:\d+$|\.(?:java|kt|scala)$|^(?:native|index \d+|<anonymous>|Native Method|Unknown Source)$/.test(where!))
  ) return null;
  const name = readable(printed!);
  return {
    function: name,
    file: file ?? null,
    line: at === undefined ? null : Number(at),
    library: PACKAGES.test(printed!),
  };
}

/** `Shop.Checkout.<Total>d__7.MoveNext` is `Shop.Checkout.Total`: the compiler's names for async methods and lambdas. */
function readable(name: string): string {
  return name.trim()
    .replace(
      /\.<>c(?:__DisplayClass[\w]{0,20})?\.<{1,2}([\w.]{1,200})>[^.]{0,80}(?:\.<{1,2}[^.]{0,120})?(?:\.MoveNext)?$/,
      ".$1",
    )
    .replace(/\.<{1,2}([\w.]{1,200})>[\w|$]{0,80}(?:>[\w|$]{0,20})?(?:\.MoveNext)?$/, ".$1");
}
