/**
 * `deno task fuzz [--cases N] [--seed N] [--target NAME] [--jobs N]`: tries N cases (a million) of everything that others
 * write, each target in a process of its own. Findings are kept in `tests/fuzz/kept/`, where the tests try them again.
 */
import { Command } from "commander";
import { fileURLToPath } from "node:url";
import { fuzz, keep } from "./run.ts";
import { targets } from "./targets/mod.ts";

/** Cases between two lines of progress; a process that says nothing for so long hangs, in milliseconds. */
const BATCH = 1_000;
const SILENT_MS = 300_000;

const options = new Command("fuzz")
  .option("--cases <n>", "cases of all targets together", Number, 1_000_000)
  .option("--seed <n>", "where the cases begin", Number, Date.now() % 1_000_000_000)
  .option("--target <name>", `one of ${targets.map(({ name }) => name).join(", ")}`)
  .option("--jobs <n>", "processes at once", Number, 2)
  .option("--child", "tries the cases in this process")
  .parse(Deno.args, { from: "user" })
  .opts<{ cases: number; seed: number; target?: string; jobs: number; child?: boolean }>();

const total = targets.reduce((sum, { share }) => sum + share, 0);
const wanted = targets.filter(({ name }) => options.target === undefined || name === options.target)
  .map(({ name, share }) => ({
    name,
    cases: options.target === undefined ? Math.ceil(options.cases * share / total) : options.cases,
  }));
if (wanted.length === 0) {
  console.error(
    `fuzz: there is no target ${options.target}: name one of ${targets.map(({ name }) => name).join(", ")}`,
  );
  Deno.exit(2);
}
Deno.exit(options.child === true ? await child() : await parent());

async function parent(): Promise<number> {
  console.log(`seed ${options.seed}`);
  const queue = [...wanted];
  let done = 0;
  let findings = 0;
  const worker = async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      const { name, cases } = next;
      const args = ["run", "-A", "--no-check", "--quiet", fileURLToPath(import.meta.url), "--child"];
      const process = new Deno.Command(Deno.execPath(), {
        args: [...args, "--target", name, "--cases", `${cases}`, "--seed", `${options.seed}`],
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      let last = "nothing yet";
      let silent = setTimeout(() => process.kill("SIGKILL"), SILENT_MS);
      for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
        clearTimeout(silent);
        silent = setTimeout(() => process.kill("SIGKILL"), SILENT_MS);
        for (const line of text.trim().split("\n")) {
          last = line;
          if (line.includes("finding:")) findings++;
          console.log(line);
        }
      }
      clearTimeout(silent);
      const { success, code } = await process.status;
      if (success) done += cases;
      else {
        findings++;
        console.log(`${name} finding: its process ended with ${code} after: ${last}`);
      }
    }
  };
  await Promise.all(Array.from({ length: options.jobs }, worker));
  console.log(`${done} cases, ${findings} findings, seed ${options.seed}`);
  return findings === 0 ? 0 : 1;
}

async function child(): Promise<number> {
  const target = targets.find(({ name }) => name === options.target)!;
  const begun = performance.now();
  for (let done = 0; done < options.cases;) {
    const cases = Math.min(BATCH, options.cases - done);
    const finding = await fuzz(target, { cases, seed: options.seed + done });
    done += cases;
    if (finding !== undefined) {
      console.log(`${target.name} finding: ${await keep(finding)}: ${finding.problem.split("\n", 1)[0]}`);
    }
    const seconds = ((performance.now() - begun) / 1_000).toFixed(0);
    console.log(`${target.name} ${done}/${options.cases} in ${seconds} s, batch seed ${options.seed + done - cases}`);
  }
  return 0;
}
