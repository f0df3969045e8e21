import assert from "node:assert/strict";
import { type CliDeps } from "../frame.ts";
import { incident, oncall } from "../test_world.ts";

const agent = {
  "GET 8088/api/incidents": { incidents: [incident], next: null },
  "GET 8088/api/incidents/01HX": incident,
};

Deno.test("postmortem() writes the newest incident as Markdown, harmless to a terminal", async () => {
  const { exitCode, out } = await oncall("postmortem", agent);
  assert.equal(exitCode, 0);
  assert.match(out, /^# K7QF: Error rate over 20 %/);
  assert.ok(out.includes("At `services/inventory/pricing.ts:42`.") && !out.includes("\x1b"));
  assert.equal(JSON.parse((await oncall("postmortem 01HX --json", agent)).out).markdown, out);
});

type Ran = Parameters<CliDeps["run"]>;

/** Programs that are there, with their exit statuses. */
function machine(programs: Record<string, number>, more: Partial<CliDeps> = {}): [Partial<CliDeps>, Ran[]] {
  const ran: Ran[] = [];
  const run = (...args: Ran) => {
    ran.push(args);
    return Promise.resolve(programs[args[0]]);
  };
  return [{ run, ...more }, ran];
}

Deno.test("open() prints the address, and opens it in a browser on a terminal only", async () => {
  const [deps, ran] = machine({ open: 0 });
  assert.equal((await oncall("open", {}, deps)).out, "http://127.0.0.1:8088/\n");
  assert.equal((await oncall("open k7qf", agent, deps)).out, "http://127.0.0.1:8088/incidents/K7QF\n");
  assert.equal(ran.length, 0);
  await oncall("open --agent-url http://a:1", {}, { ...deps, isTerminal: true });
  assert.deepEqual(ran.map(([program, args]) => [program, ...args]), [["xdg-open", "http://a:1/"], [
    "open",
    "http://a:1/",
  ]]);
});

Deno.test("up() and down() run the checkout's tasks with the runtime that is there", async () => {
  const tasks = () => ["up", "down"];
  const [deno, ranDeno] = machine({ deno: 0, npx: 0 }, { tasks });
  assert.equal((await oncall("up", {}, deno)).exitCode, 0);
  assert.deepEqual(ranDeno.map(([program, args]) => [program, ...args]), [["deno", "task", "up"]]);
  const [npx, ranNpx] = machine({ npx: 7 }, { tasks });
  assert.equal((await oncall("down", {}, npx)).exitCode, 7);
  assert.deepEqual(ranNpx.at(-1)!.slice(0, 2), ["npx", ["-y", "deno@2.7.11", "task", "down"]]);
  const [json] = machine({ deno: 1 }, { tasks });
  assert.deepEqual(JSON.parse((await oncall("up --json", {}, json)).out), { ok: false, task: "up", exit_code: 1 });
});

Deno.test("up() says what is in its way when there is no checkout or no runtime", async () => {
  const outside = await oncall("up");
  assert.deepEqual([outside.exitCode, /go to the checkout/.test(outside.error)], [2, true]);
  const bare = await oncall("up", {}, { tasks: () => ["up"] });
  assert.deepEqual([bare.exitCode, /needs Deno/.test(bare.error)], [1, true]);
});

/** What bash offers for a line that ends where the cursor is. */
async function complete(script: string, words: string[]): Promise<string[]> {
  const program =
    `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(" ")})\nCOMP_CWORD=${words.length - 1}\n` +
    `_oncall\nprintf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr, success } = await new Deno.Command("bash", { args: ["--norc", "-c", program] }).output();
  assert.ok(success, new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout).split("\n").filter(Boolean);
}

Deno.test("completions() lets bash complete commands, flags and their values", async () => {
  const { out: script, exitCode } = await oncall("completions bash");
  assert.equal(exitCode, 0);
  assert.deepEqual(await complete(script, ["oncall", "st"]), ["status"]);
  assert.deepEqual(await complete(script, ["oncall", "fault", "o"]), ["oom_safe"]);
  assert.deepEqual(await complete(script, ["oncall", "--json", "fault", "--p-"]), ["--p-error"]);
  assert.deepEqual(await complete(script, ["oncall", "incidents", "--state", "d"]), ["diagnosed"]);
  assert.deepEqual(await complete(script, ["oncall", "--agent-url", "http://x", "sc"]), ["scale"]);
  assert.deepEqual(await complete(script, ["oncall", "traffic", "--profile", "ag"]), ["agentic"]);
  assert.deepEqual(await complete(script, ["oncall", "incidents", "--limit", ""]), []);
});

Deno.test("completions() names every command and flag in each shell's own way", async () => {
  for (const [shell, flag] of [["zsh", "--p-error["], ["fish", "-l p-error"]]) {
    const { out } = await oncall(`completions ${shell}`);
    for (const word of ["status", "postmortem", "completions", "agentic", flag!]) assert.ok(out.includes(word), word);
  }
  assert.equal((await oncall("completions tcsh")).exitCode, 2);
});
