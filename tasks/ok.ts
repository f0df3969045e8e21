/** `deno task ok`: format, lint, types and tests, as CI runs them. The last line is `N passed, N failed`. */
import { ROOT } from "./build/mod.ts";

const checks: readonly (readonly [name: string, args: readonly string[]])[] = [
  ["format", ["fmt", "--check"]],
  ["lint", ["lint"]],
  ["types", ["check", "--lock=deno.lock"]],
];
const failures: string[] = [];
for (const [name, args] of checks) {
  const { success, stdout, stderr } = await deno(args).output();
  console.log(`${name.padEnd(7)} ${success ? "ok" : "failed"}`);
  if (success) continue;
  failures.push(name);
  await Deno.stdout.write(stdout);
  await Deno.stderr.write(stderr);
}

const test = deno(["task", "test", ...Deno.args], "inherit").spawn();
let output = "";
for await (const text of test.stdout.pipeThrough(new TextDecoderStream())) {
  output += text;
  await Deno.stdout.write(new TextEncoder().encode(text));
}
const { success } = await test.status;
// deno-lint-ignore no-control-regex -- the colours of a terminal
const summary = /\| (\d+) passed.*\| (\d+) failed/.exec(output.replaceAll(/\x1b\[[0-9;]*m/g, "").slice(-2_000));
const failed = Number(summary?.[2] ?? 0) + (success || Number(summary?.[2]) > 0 ? 0 : 1) + failures.length;
if (failures.length > 0) console.log(`failed: ${failures.join(", ")}`);
console.log(`${summary?.[1] ?? 0} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);

function deno(args: readonly string[], stderr: "inherit" | "piped" = "piped"): Deno.Command {
  return new Deno.Command(Deno.execPath(), { args: [...args], cwd: ROOT, stdin: "null", stdout: "piped", stderr });
}
