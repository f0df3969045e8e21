import assert from "node:assert/strict";
import { stack, until } from "./testing/mod.ts";

Deno.test("demo ends with a diagnosis that names the bug, its line, the route, the rate and the instances", async () => {
  await using system = await stack();
  const { code, output } = await system.task("demo").ended;
  assert.equal(code, 0, output);
  // Where the bug really is, from the stack that the service itself wrote.
  const { entries } = await (await fetch(`${system.urls.lb}/logs/tail?seconds=300`)).json();
  const stackTrace: string = entries.at(-1).message;
  const [, file, line] = /\(file:\/\/\/.*?\/(services\/inventory\/\w+\.ts):(\d+):\d+\)/.exec(stackTrace) ?? [];
  assert.ok(file && line, stackTrace);
  const steps = ["traffic", "pending", "firing", "received", "asked", "diagnosis"];
  const places = steps.map((step) => output.search(new RegExp(`^ *\\d+:\\d\\d +${step} `, "m")));
  assert.deepEqual(places, places.toSorted((a, b) => a - b), output);
  assert.ok(places.every((place) => place >= 0), output);
  assert.match(output, /step 1 +fetch_logs\(.*ok/);
  assert.match(output, /step 1 +compute_error_rate\(.*ok/);
  const diagnosis = output.slice(places.at(-1));
  assert.match(diagnosis, /Cannot read properties of null/);
  assert.match(diagnosis, new RegExp(`^ +Where +${file}:${line}$`, "m"));
  assert.match(diagnosis, /^ +Routes +.*\/random-endpoint/m);
  assert.match(diagnosis, /^ +Error rate +\d+\.\d %$/m);
  assert.deepEqual(/^ +Instances +(.*)$/m.exec(diagnosis)?.[1]?.split(", ").sort(), ["inv1", "inv2"]);
  assert.match(diagnosis, new RegExp(`What to look at next:\\n +${system.urls.agent}/incidents/\\w{4} `));
  // The rate that it names is the one that was shown.
  const named = Number(/Error rate +([\d.]+) %/.exec(diagnosis)?.[1]);
  assert.ok(named > 20 && named <= 100, diagnosis);
});

Deno.test("demo ends everything when it is interrupted", async () => {
  await using system = await stack();
  const task = system.task("demo");
  await until("traffic flows", () => / traffic +\d+ requests\/s/.test(task.output()), { timeoutMs: 120_000 });
  task.kill("SIGINT");
  const { code, output } = await task.ended;
  assert.equal(code, 130, output);
  assert.deepEqual(await system.processes(), []);
});
