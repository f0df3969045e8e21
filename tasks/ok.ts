/** `deno task ok [tests…]`: format, lint, types, the rules of imports, and tests, as CI runs them. The last line is `N passed, N failed`. */
import { ROOT } from "./build/mod.ts";

/** Tests that mostly wait, since a real Prometheus' windows have to pass: they run beside everything else. */
const WAITING = ["tests/demo_test.ts", "tests/lab_test.ts"];

const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "--lock=deno.lock"]],
  ["structure", ["run", "-A", "--lock=deno.lock", "tasks/structure.ts"]],
];
const named = Deno.args.length > 0;
const waiting = named ? undefined : test(WAITING, () => {});
const failures: string[] = [];
for (const [name, args] of checks) {
  const { success, stdout, stderr } = await deno(args).output();
  console.log(`${name.padEnd(9)} ${success ? "ok" : "failed"}`);
  if (success) continue;
  failures.push(name);
  await Deno.stdout.write(stdout);
  await Deno.stderr.write(stderr);
}

const show = (text: string) => {
  for (let left = new TextEncoder().encode(text); left.length > 0;) left = left.subarray(Deno.stdout.writeSync(left));
};
const results = [await test(named ? Deno.args : [`--ignore=${WAITING}`], show)];
if (waiting !== undefined) {
  results.push(await waiting);
  show(results[1]!.output);
}
const passed = results.reduce((sum, result) => sum + result.passed, 0);
const failed = results.reduce((sum, result) => sum + result.failed, failures.length);
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

interface TestResult {
  readonly passed: number;
  /** At least 1 where the run failed otherwise. */
  readonly failed: number;
  readonly output: string;
}

/** Runs the README's second command on these tests; their types were checked before. */
async function test(args: readonly string[], live: (text: string) => void): Promise<TestResult> {
  const child = deno(["task", "test", "--no-check", ...args], "inherit").spawn();
  let output = "";
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    output += text;
    live(text);
  }
  const { success } = await child.status;
  // deno-lint-ignore no-control-regex -- the colours of a terminal
  const summary = /\| (\d+) passed.*\| (\d+) failed/.exec(output.replaceAll(/\x1b\[[0-9;]*m/g, "").slice(-2_000));
  const failed = Number(summary?.[2] ?? 0);
  return { passed: Number(summary?.[1] ?? 0), failed: success || failed > 0 ? failed : 1, output };
}

function deno(args: readonly string[], stderr: "inherit" | "piped" = "piped"): Deno.Command {
  return new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdin: "null", stdout: "piped", stderr });
}
