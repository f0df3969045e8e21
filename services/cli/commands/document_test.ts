import assert from "node:assert/strict";
import { type CliDeps } from "../frame.ts";
import { incident, oncall } from "../testing/world.ts";

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

Deno.test("lab() hands its flags on to the checkout's lab, whose stdout is the answer with --json", async () => {
  const tasks = () => ["lab"];
  const argsOf = async (line: string) => {
    const [deps, ran] = machine({ deno: 0 }, { tasks });
    const { exitCode, error } = await oncall(line, {}, deps);
    assert.deepEqual([exitCode, error], [0, ""], line);
    assert.deepEqual(ran[0]![2], { stdoutToStderr: false });
    return ran[0]![1].slice(2).join(" ");
  };
  assert.equal(await argsOf("lab list"), "--list");
  assert.equal(await argsOf("lab list --json null"), "--json --list null");
  const flags = "--seeds=1,2 --jobs=2 --brain=rules --token-price=2.5 --keep --save-baseline";
  assert.equal(await argsOf(`lab run ${flags} crash null-`), `${flags} crash null-`);
  const [worse] = machine({ deno: 1 }, { tasks });
  assert.equal((await oncall("lab run", {}, worse)).exitCode, 1);
});

Deno.test("lab() refuses what makes no sense before it starts anything", async () => {
  for (
    const line of ["lab", "lab walk", "lab run --seeds x", "lab run --speed 13", "lab list --keep", "lab run --brain x"]
  ) {
    const [deps, ran] = machine({ deno: 0 }, { tasks: () => ["lab"] });
    assert.deepEqual([(await oncall(line, {}, deps)).exitCode, ran.length], [2, 0], line);
  }
  assert.match((await oncall("lab run")).error, /go to the checkout/);
});

const LAB_RUN = {
  name: "null-dereference",
  seed: 1,
  control: false,
  verdict_ok: true,
  place_ok: true,
  line_ok: true,
  claims: 7,
  supported_claims: 7,
  seconds: { to_alert: 12.34, to_diagnosis: 14, to_message: null },
  wrong: [] as string[],
};

function labReport(...scenarios: Partial<typeof LAB_RUN>[]): Partial<CliDeps> {
  const correct = scenarios.filter(({ line_ok }) => line_ok !== false).length;
  const summary = {
    scenarios: scenarios.length,
    correct,
    controls: 0,
    false_alarms: 0,
    claims: 7,
    supported_claims: 7,
  };
  const report = {
    at: "2026-03-01T11:00:00Z",
    brain: "rules",
    summary,
    scenarios: scenarios.map((s) => ({ ...LAB_RUN, ...s })),
  };
  return {
    readText: (path) =>
      path === "state/lab/report.json" ? Promise.resolve(JSON.stringify(report)) : Promise.reject(new Error(path)),
    env: (name) => name === "RUN_DIR" ? "state" : undefined,
  };
}

Deno.test("lab() shows the last run's report, and answers 1 when something in it is wrong", async () => {
  const right = await oncall("lab report", {}, labReport({}));
  assert.equal(right.exitCode, 0);
  assert.match(right.out, /right +null-dereference +1 +12\.3 s +14\.0 s +- +7\/7/);
  assert.match(right.out, /1 of 1 right, 0 false alarms/);
  const mixed = labReport({}, { name: "slow", line_ok: false, wrong: ["line 7\x1b[2J instead of 8"] });
  const wrong = await oncall("lab report", {}, mixed);
  assert.deepEqual([wrong.exitCode, wrong.out.includes("\x1b")], [1, false]);
  assert.match(wrong.out, /wrong +slow .*line 7.* instead of 8/);
  const named = await oncall("lab report null --json", {}, mixed);
  assert.equal(named.exitCode, 0);
  assert.deepEqual(JSON.parse(named.out).scenarios.map(({ name }: { name: string }) => name), ["null-dereference"]);
  assert.equal((await oncall("lab report zebra", {}, mixed)).exitCode, 1);
  const none = await oncall("lab report");
  assert.deepEqual([none.exitCode, /there is no report.*oncall lab run/.test(none.error)], [1, true]);
  const broken = await oncall("lab report", {}, { readText: () => Promise.resolve("{") });
  assert.deepEqual([broken.exitCode, /Cannot read run\/lab\/report\.json/.test(broken.error)], [1, true]);
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
  assert.deepEqual(await complete(script, ["oncall", "lab", "re"]), ["report"]);
});

Deno.test("completions() names every command and flag in each shell's own way", async () => {
  for (const [shell, flag] of [["zsh", "--p-error["], ["fish", "-l p-error"]]) {
    const { out } = await oncall(`completions ${shell}`);
    for (const word of ["status", "postmortem", "completions", "agentic", flag!]) assert.ok(out.includes(word), word);
  }
  assert.equal((await oncall("completions tcsh")).exitCode, 2);
});
