/**
 * `deno task ok [tests…]`: format, lint, types, the rules of imports, and tests, as CI runs them. The last lines name what
 * failed, the very last one is `N passed, N failed`.
 */
import { failureLines, runTests } from "./test_run/mod.ts";
import { ROOT } from "./build/mod.ts";

const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "--lock=deno.lock"]],
  ["structure", ["run", "-A", "--lock=deno.lock", "tasks/structure.ts"]],
  ["patterns", ["run", "-A", "--lock=deno.lock", "tasks/patterns.ts"]],
];
const failures: string[] = [];
for (const [name, args] of checks) {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT }).output();
  console.log(`${name.padEnd(9)} ${success ? "ok" : "failed"}`);
  if (success) continue;
  failures.push(name);
  write(stdout);
  write(stderr);
}
const run = await runTests({ args: Deno.args, say: (text) => write(new TextEncoder().encode(text)) });
for (const line of failureLines(run.cases)) console.log(line);
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
const failed = run.failed + failures.length;
console.log(`${run.passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

function write(bytes: Uint8Array): void {
  for (let left = bytes; left.length > 0;) left = left.subarray(Deno.stdout.writeSync(left));
}
