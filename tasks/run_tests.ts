/**
 * `deno task test [files, folders and flags of deno test]`: every test, several files at a time. When one fails, the last
 * lines name each failed test with its message. `--slow` names the files that took longest.
 *
 * Not `test.ts`: `deno test` takes files of that name for tests.
 */
import { failureLines, runTests, slowest } from "./test_run/mod.ts";
import { ROOT } from "./build/mod.ts";

if (Deno.args.some((arg) => arg === "--help" || arg === "-h")) {
  console.log(
    "deno task test [--slow] [--no-check] [files, folders and flags of deno test]: every test where none is named",
  );
  Deno.exit(0);
}
const slow = Deno.args.includes("--slow");
const unchecked = Deno.args.includes("--no-check");
const args = Deno.args.filter((arg) => arg !== "--slow" && arg !== "--no-check");
if (!unchecked) {
  const { success } = await new Deno.Command(Deno.execPath(), {
    args: ["check", "--quiet", "--lock=deno.lock"],
    cwd: ROOT,
  })
    .spawn().status;
  if (!success) Deno.exit(1);
}
const begun = performance.now();
const run = await runTests({ args, say: (text) => write(text) });
if (slow) { for (const line of slowest(run.cases)) console.log(line); }
for (const line of failureLines(run.cases)) console.log(line);
const seconds = Math.round((performance.now() - begun) / 1000);
console.log(`${run.passed} passed, ${run.failed} failed, ${run.ignored} ignored (${seconds} s)`);
Deno.exit(run.failed === 0 ? 0 : 1);

function write(text: string): void {
  for (let left = new TextEncoder().encode(text); left.length > 0;) left = left.subarray(Deno.stdout.writeSync(left));
}
