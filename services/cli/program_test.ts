import assert from "node:assert/strict";
import { oncall } from "./testing/world.ts";

Deno.test("runCli() answers 2 and one line when flags, arguments or settings are wrong", async () => {
  const wrong: [line: string, says: RegExp][] = [
    ["bogus", /unknown command 'bogus'/],
    ["statu", /Did you mean status/],
    ["status --bogus", /unknown option '--bogus'/],
    ["status extra", /too many arguments/],
    ["fault", /missing required argument 'mode'/],
    ["fault bogus", /Allowed choices are none, latency/],
    ["fault errors --p-error 7", /--p-error.*expected a number from 0 to 1/],
    ["fault errors --latency-ms 7", /--latency-ms has no meaning with the mode errors/],
    ["scale -1", /unknown option '-1'|expected a whole number/],
    ["scale 1.5", /expected a whole number/],
    ["incidents --limit 0", /expected a whole number from 1/],
    ["incidents --state bad", /Allowed choices are open/],
    ["status --agent-url ftp://x", /--agent-url: expected a URL/],
  ];
  for (const [line, says] of wrong) {
    const { exitCode, error, out, seen } = await oncall(line);
    assert.deepEqual([exitCode, out, seen.length], [2, "", 0], line);
    assert.match(error, says);
    assert.match(error, /^oncall: [^\n]+\n$/);
  }
});

Deno.test("runCli() answers 2 when the environment is wrong", async () => {
  const { exitCode, error } = await oncall("status", {}, { env: (name) => name === "AGENT_PORT" ? "x" : undefined });
  assert.equal(exitCode, 2);
  assert.match(error, /AGENT_PORT: expected a whole number/);
});

Deno.test("runCli() documents exit statuses in --help, and each command's flags in its own", async () => {
  const all = await oncall("--help");
  assert.equal(all.exitCode, 0);
  for (const word of ["status", "incidents", "show", "fault", "scale", "lab", "Exit status:"]) {
    assert.ok(all.out.includes(word));
  }
  const groups = ["Incidents:", "The system:", "Measure:", "Set up:"].map((heading) =>
    all.out.indexOf(`\n${heading}\n`)
  );
  assert.ok(groups.every((at, i) => at > (groups[i - 1] ?? 0)), all.out);
  assert.match(await oncall("help fault").then(({ out }) => out), /--p-error/);
  const one = await oncall("fault --help");
  for (const word of ["--p-error", "--json", "--manager-url"]) assert.ok(one.out.includes(word));
  assert.deepEqual(await oncall([]), all);
});

Deno.test("runCli() answers 3 and says what to do when a part does not answer", async () => {
  for (
    const [line, part] of [["incidents", "agent"], ["scale 2", "manager"], ["fault none", "manager"], ["show", "agent"]]
  ) {
    const { exitCode, error } = await oncall(line!);
    assert.equal(exitCode, 3);
    assert.match(error, new RegExp(`${part} does not answer at http://127.*deno task up.*--${part}-url`));
  }
});

Deno.test("runCli() answers 1 with the part's own words when it refuses", async () => {
  const refusal = Response.json({ error: "invalid_input", message: "replicas: at most 10\x1b[31m" }, { status: 400 });
  const { exitCode, error } = await oncall("scale 11", { "POST 7070/scale": refusal });
  assert.deepEqual([exitCode, error], [1, "oncall: The manager: replicas: at most 10\ufffd[31m\n"]);
});

Deno.test("runCli() says that another program may be there when an answer makes no sense", async () => {
  for (const answer of [new Response("<html>"), Response.json({ replicas: "x" })]) {
    const { exitCode, error } = await oncall("scale 1", { "POST 7070/scale": answer });
    assert.equal(exitCode, 1);
    assert.match(error, /Cannot read the answer of the manager at http:.*another version/);
  }
});

Deno.test("runCli() finds the parts through flags, then the environment, then host and port", async () => {
  const places: [args: string, env: Record<string, string>, url: string][] = [
    ["", {}, "http://127.0.0.1:7070/scale"],
    ["", { PM_HOST: "0.0.0.0", PM_PORT: "71" }, "http://127.0.0.1:71/scale"],
    ["", { PM_URL: "http://m:1/", PM_PORT: "71" }, "http://m:1/scale"],
    ["--manager-url http://f:2", { PM_URL: "http://m:1" }, "http://f:2/scale"],
  ];
  for (const [args, env, url] of places) {
    const { seen } = await oncall(`scale 1 ${args}`, {}, { env: (name) => env[name] });
    assert.deepEqual(seen.map((request) => request.url), [url]);
  }
});
