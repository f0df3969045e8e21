import { join } from "node:path";
import { build, ROOT } from "../build/mod.ts";
import { readJunit, type TestCase } from "./junit.ts";
import { type Batch, planOf } from "./plan.ts";

/** What became of all tests. */
export interface TestRun {
  readonly cases: readonly TestCase[];
  /** Tests without a failure, steps not counted. */
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** How the tests are run. */
export interface TestRunOptions {
  /** Files, folders and flags of `deno test`; when there is none, everything is run, several files at a time. */
  readonly args: readonly string[];
  /** Takes whole lines, colors included, as they come. */
  readonly say: (text: string) => void;
}

/** Runs tests, whose types are not checked; never rejects because of a failed one. */
export async function runTests({ args, say }: TestRunOptions): Promise<TestRun> {
  const folder = await Deno.makeTempDir({ prefix: "oncall-test-run-" });
  try {
    const selects = args.some((arg) => !arg.startsWith("-"));
    const batches = selects ? [{ args: [], waits: false, alone: false, seconds: 0 }] : await planOf();
    // Once, so that no test waits for a compiler that another one started.
    if (!selects) await build();
    let number = 0;
    const run = (batch: Batch) =>
      runBatch({ ...batch, args: [...args, ...batch.args] }, { junit: join(folder, `${number++}.xml`), say });
    const results = await Promise.all([
      ...batches.filter(({ waits }) => waits).map(run),
      ...inTurn(batches.filter(({ waits, alone }) => !waits && !alone), run),
    ]);
    for (const batch of batches.filter(({ alone }) => alone)) results.push(await run(batch));
    return summary(results.flat());
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs one more at once than there are cores, since each waits now and then; the first ones first. */
function inTurn<T, R>(items: readonly T[], run: (item: T) => Promise<R[]>): Promise<R[]>[] {
  const left = [...items];
  const work = async () => {
    const results: R[] = [];
    for (let item = left.shift(); item !== undefined; item = left.shift()) results.push(...await run(item));
    return results;
  };
  return Array.from({ length: Math.min(items.length, navigator.hardwareConcurrency + 1) }, work);
}

async function runBatch(
  batch: Batch,
  { junit, say }: { junit: string; say: (text: string) => void },
): Promise<TestCase[]> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["test", "-A", "--lock=deno.lock", "--no-check", `--junit-path=${junit}`, ...batch.args],
    cwd: ROOT,
    env: { ...(Deno.stdout.isTerminal() && !Deno.noColor ? { FORCE_COLOR: "1" } : {}), RUST_BACKTRACE: "0" },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let tail = "";
  const pass = async (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => {
    let rest = "";
    for await (const text of stream.pipeThrough(new TextDecoderStream())) {
      rest += text;
      const end = rest.lastIndexOf("\n") + 1;
      if (end > 0) say(rest.slice(0, end));
      tail = (tail + text).slice(-2_000);
      rest = rest.slice(end);
    }
    if (rest !== "") say(`${rest}\n`);
  };
  const [{ success, code, signal }] = await Promise.all([child.status, pass(child.stdout), pass(child.stderr)]);
  const cases = readJunit(await Deno.readTextFile(junit).catch(() => ""));
  if (success || cases.some(({ failure }) => failure !== undefined)) return cases;
  const failure = tail.split("\n").findLast((line) => /error/i.test(line)) ?? `ended with ${signal ?? code}`;
  return [...cases, {
    file: batch.args.at(-1) ?? "deno test",
    name: "could not be run",
    seconds: 0,
    ignored: false,
    failure,
  }];
}

function summary(cases: readonly TestCase[]): TestRun {
  const whole = cases.filter(({ name, file }) =>
    !cases.some((other) => other.file === file && name.startsWith(`${other.name} > `))
  );
  const failed = whole.filter(({ failure }) => failure !== undefined).length;
  const ignored = whole.filter((one) => one.ignored).length;
  return { cases, failed, ignored, passed: whole.length - failed - ignored };
}
