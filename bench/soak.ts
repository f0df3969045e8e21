/**
 * The whole system under 1,000 requests/s for half an hour: does memory or the number of open files grow in any part?
 * `deno run -A bench/soak.ts [minutes]`.
 */
import { executablePath } from "../tasks/build/mod.ts";
import { stack } from "../tests/testing/mod.ts";
import { fileDescriptors, residentMb } from "./processes.ts";
import { type BenchRow, benchRow } from "./row.ts";

const RATE = 1_000;
const SAMPLE_SECONDS = 10;
/** Share of the run in which heaps and caches find their size. */
const WARM_UP = 0.15;

/** One process of the system, and what it held at each sample. */
interface Watched {
  readonly pid: number;
  readonly name: string;
  readonly mb: number[];
  readonly fds: number[];
}

/** Two rows a part: its memory and its open files in the last third, beside the first third after the warm-up. */
export async function benchSoak(minutes = 30): Promise<BenchRow[]> {
  await using system = await stack();
  const up = await system.task("up").ended;
  if (up.code !== 0) throw new Error(`the system did not start:\n${up.output}`);
  const flags = ["--url", system.urls.lb, "--rps", `${RATE}`, "--duration", `${minutes * 60}`, "--seed", "1", "--json"];
  const traffic = new Deno.Command(executablePath("traffic"), { args: flags, stdout: "piped" }).spawn();
  let over = false;
  const output = traffic.output().finally(() => over = true);
  try {
    const watched = [...await processes(system), { pid: traffic.pid, name: "oncall-traffic", mb: [], fds: [] }];
    const startedAt = performance.now();
    for (let sample = 1;; sample++) {
      await new Promise((resolve) =>
        setTimeout(resolve, startedAt + sample * SAMPLE_SECONDS * 1000 - performance.now())
      );
      if (over || performance.now() - startedAt > minutes * 60_000) break;
      for (const { pid, mb, fds } of watched) {
        mb.push(residentMb(pid));
        fds.push(fileDescriptors(pid));
      }
      if (sample % 6 === 0) console.log(`${sample / 6} min`, ...watched.map(told));
    }
    const report = JSON.parse(new TextDecoder().decode((await output).stdout));
    const { sent, completed, errors, timeouts, dropped } = report;
    const asked = RATE * minutes * 60;
    const names = { name: "soak/answered", peer: "scheduled", unit: "requests" };
    console.log({ sent, completed, errors, timeouts, dropped });
    return [benchRow(names, [{ ours: completed, theirs: asked }]), ...watched.flatMap(rowsOf)];
  } finally {
    if (!over) traffic.kill("SIGKILL");
    await output;
  }
}

/** The system's processes; those that are there several times get a number. */
async function processes(
  system: { processes(): Promise<readonly { pid: number; name: string }[]> },
): Promise<Watched[]> {
  const all = (await system.processes()).toSorted((a, b) => a.pid - b.pid);
  return all.map(({ pid, name }, index) => {
    const alone = all.filter((other) => other.name === name).length === 1;
    const number = all.slice(0, index + 1).filter((other) => other.name === name).length;
    return { pid, name: alone ? name : `${name}-${number}`, mb: [], fds: [] };
  });
}

function rowsOf({ name, mb, fds }: Watched): BenchRow[] {
  return [
    benchRow({ name: `soak/memory/${name}`, peer: "its first third", unit: "MB" }, thirds(mb)),
    benchRow({ name: `soak/files/${name}`, peer: "its first third", unit: "file descriptors" }, thirds(fds)),
  ];
}

/** Samples of the last third, each beside its counterpart in the first one after the warm-up. */
function thirds(samples: readonly number[]): { ours: number; theirs: number }[] {
  const warm = samples.slice(Math.ceil(samples.length * WARM_UP));
  const third = Math.floor(warm.length / 3);
  return warm.slice(0, third).map((theirs, i) => ({ ours: warm[warm.length - third + i]!, theirs }));
}

function told({ name, mb, fds }: Watched): string {
  return `${name.replace("oncall-", "")} ${mb.at(-1)?.toFixed(0)} MB ${fds.at(-1)} files;`;
}

if (import.meta.main) {
  console.table(await benchSoak(Number(Deno.args[0] ?? 30)));
}
