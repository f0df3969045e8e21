import { integer, number } from "../../lib/configuration/mod.ts";
import {
  type Edge,
  type MetricTable,
  parseCsv,
  parseEdges,
  type Ranking,
  rankSuspects,
  TableError,
} from "../../lib/ranking/mod.ts";
import { oneLine, quiet, strong } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";

interface Flags {
  readonly onset?: number;
  readonly graph?: string;
  readonly symptom?: string;
  readonly top: number;
}

/** An onset so many seconds outside of the file's time is taken for a mistake. */
const ONSET_SLACK = 60;

/** `oncall rank <file>`: which service is to blame, from metrics alone. */
export function rank({ program, action }: Frame): void {
  const seconds = number({ help: "" }, 0, -1e12, 1e12);
  program.command("rank")
    .summary("rank suspects from a file of metrics")
    .description("rank the services in a file of metrics by how likely they are the cause")
    .argument("<file>", "CSV with a `time` column in seconds and `<service>_<metric>` columns; - is stdin")
    .option("--onset <seconds>", "time of the onset, in the file's time (default: detected)", checked(seconds))
    .option("--graph <file>", "CSV of the call graph, with the columns caller,callee")
    .option("--symptom <service>", "service with the symptom; only its callees are ranked (needs --graph)")
    .option("--top <n>", "most services and columns to show", checked(integer({ help: "" }, 5, 1, 1_000)), 5)
    .action(action(async (context, file: string, flags: Flags) => {
      const { out, json } = context;
      const table = await read(context, file, parseCsv);
      const edges = flags.graph === undefined ? undefined : await read(context, flags.graph, parseEdges);
      mustFit(table, flags, edges);
      const leftOut = table.leftOut ?? [];
      if (leftOut.length > 0) {
        context.deps.writeError(`Left out, no <service>_<metric>: ${oneLine(leftOut.join(", "))}\n`);
      }
      const ranking = rankSuspects(table, {
        top: flags.top,
        ...(flags.onset === undefined ? {} : { onset: flags.onset }),
        ...(edges === undefined ? {} : { edges }),
        ...(flags.symptom === undefined ? {} : { symptom: flags.symptom }),
      });
      if (json) out.json(ranking);
      else print(context, ranking);
      return EXIT.ok;
    }));
}

async function read<T>({ deps }: Context, path: string, parse: (text: string) => T): Promise<T> {
  let text: string;
  try {
    text = await deps.readText(path);
  } catch (cause) {
    const reason = cause instanceof Deno.errors.NotFound
      ? "there is no such file"
      : cause instanceof Error
      ? cause.message
      : String(cause);
    throw new CliError(EXIT.usage, `Cannot read ${path}: ${reason}`, { cause });
  }
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TableError)) throw cause;
    throw new CliError(EXIT.usage, `${path}: ${cause.message}`, { cause });
  }
}

function mustFit({ times, columns }: MetricTable, { onset, symptom }: Flags, edges: readonly Edge[] | undefined): void {
  const [first, last] = [times[0]!, times.at(-1)!];
  if (onset !== undefined && (onset < first - ONSET_SLACK || onset > last + ONSET_SLACK)) {
    throw new CliError(EXIT.usage, `--onset ${onset} is outside of the file's time, ${first} to ${last}`);
  }
  if (symptom === undefined) return;
  if (edges === undefined) throw new CliError(EXIT.usage, "--symptom needs --graph, which lists its callees");
  const known = columns.some(({ service }) => service === symptom) ||
    edges.some(({ caller, callee }) => caller === symptom || callee === symptom);
  if (!known) throw new CliError(EXIT.usage, `--symptom ${symptom}: no such service in the file or the graph`);
}

function print({ out }: Context, { onset, stands_out, services, columns }: Ranking): void {
  if (!stands_out) {
    out.line("Nothing stands out.");
    return;
  }
  out.line(strong("Onset"), `  ${onset} s`);
  out.line(strong("Suspects"));
  out.table(
    services.map(({ service, score, because }, index) => [
      String(index + 1),
      oneLine(service),
      score.toFixed(2),
      quiet(oneLine(because.join("; ") || "nothing of it stands out")),
    ]),
    { indent: "  " },
  );
  out.line(strong("Columns"));
  out.table(columns.map(({ column, score }) => [oneLine(column), score.toFixed(1)]), { indent: "  " });
}
