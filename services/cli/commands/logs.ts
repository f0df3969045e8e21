import * as v from "valibot";
import { integer } from "../../lib/configuration/mod.ts";
import { clean, quiet, type Tone } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import { checked, type Context, type Frame } from "../frame.ts";
import { INVENTORY } from "../prometheus.ts";

const tail = v.looseObject({
  entries: v.array(v.looseObject({
    timestamp: v.string(),
    pid: v.union([v.number(), v.string()]),
    level: v.string(),
    message: v.string(),
  })),
});
type Entry = v.InferOutput<typeof tail>["entries"][number];

interface Flags {
  readonly seconds: number;
  readonly limit: number;
  readonly follow?: boolean;
}

const LOOK_EVERY_MS = 1_000;
/** How far back each poll goes while following, in seconds: long enough to miss nothing when a poll is late. */
const OVERLAP_SECONDS = 15;

/** `oncall logs`: the errors that the inventory's instances logged. */
export function logs({ program, action }: Frame): void {
  const whole = (max: number) => checked(integer({ help: "" }, 0, 1, max));
  program.command("logs")
    .summary("show the inventory's error log")
    .description(
      "show the error log of the inventory's instances, newest last; incidents show the logs of other services",
    )
    .option("-s, --seconds <n>", "how far back", whole(31_536_000), 300)
    .option("-n, --limit <n>", "most entries to show", whole(10_000), 100)
    .option("-f, --follow", "show new entries until Ctrl-C")
    .action(action(async (context, { seconds, limit, follow }: Flags) => {
      const entries = await read(context, { seconds, limit });
      if (follow !== true) {
        if (context.json) context.out.json({ entries, count: entries.length });
        else if (entries.length === 0) {
          context.out.line(quiet(`The ${INVENTORY.name} logged no errors in the last ${seconds} s.`));
        } else for (const entry of entries) print(context, entry);
        return EXIT.ok;
      }
      for (const entry of entries) print(context, entry);
      await followLog(context, { limit, shown: entries });
      return EXIT.ok;
    }));
}

async function read({ api, balancer }: Context, query: { seconds: number; limit: number }): Promise<Entry[]> {
  return (await api.call(balancer, { path: "/logs/tail", query, schema: tail })).entries;
}

async function followLog(context: Context, { limit, shown }: { limit: number; shown: Entry[] }): Promise<void> {
  const { deps } = context;
  let before = counts(shown), away = false;
  while (!deps.interrupted.aborted) {
    await deps.sleep(LOOK_EVERY_MS, deps.interrupted);
    if (deps.interrupted.aborted) return;
    let entries: Entry[];
    try {
      entries = await read(context, { seconds: OVERLAP_SECONDS, limit: Math.max(limit, 1_000) });
    } catch (error) {
      if (!(error instanceof CliError) || error.exitCode === EXIT.usage) throw error;
      if (!away) deps.writeError(`oncall: ${error.message} Retrying.\n`);
      away = true;
      continue;
    }
    away = false;
    // The same line may be logged twice in the same millisecond: as many are shown as there are.
    const seen = new Map<string, number>();
    for (const entry of entries) {
      const key = keyOf(entry);
      const count = (seen.get(key) ?? 0) + 1;
      seen.set(key, count);
      if (count > (before.get(key) ?? 0)) print(context, entry);
    }
    before = seen;
  }
}

function keyOf({ timestamp, pid, message }: Entry): string {
  return `${timestamp} ${pid} ${message}`;
}

function counts(entries: readonly Entry[]): Map<string, number> {
  const counted = new Map<string, number>();
  for (const entry of entries) counted.set(keyOf(entry), (counted.get(keyOf(entry)) ?? 0) + 1);
  return counted;
}

function print({ out, json, deps }: Context, entry: Entry): void {
  if (json) return deps.write(`${JSON.stringify(entry)}\n`);
  const { timestamp, pid, level, message } = entry;
  const [first = "", ...stack] = clean(message).split("\n");
  const tone: Tone = /^(ERROR|CRITICAL|FATAL)$/.test(level) ? "bad" : "plain";
  out.line(quiet(`${clean(timestamp)} ${clean(pid)} `), { text: clean(level), tone }, ` ${first}`);
  for (const line of stack) out.line(quiet(line));
}
