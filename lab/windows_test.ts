import assert from "node:assert/strict";
import { parse } from "yaml";
import { ROOT } from "../tasks/build/mod.ts";
import { shortened } from "./windows.ts";

const read = (name: string) => Deno.readTextFile(`${ROOT}/config/${name}`);

Deno.test("shortened() divides every duration, to whole seconds and one at least", () => {
  const text = "for: 1m\ninterval: 5s\nexpr: rate(x[1m]) / rate(y[2h]) > 0.2\ngroup_wait: 0s\nsummary: for 1m\n";
  assert.deepEqual(parse(shortened(text, 6)), {
    for: "10s",
    interval: "1s",
    expr: "rate(x[10s]) / rate(y[1200s]) > 0.2",
    group_wait: "0s",
    summary: "for 1m",
  });
  assert.throws(() => shortened("for: soon", 6), /Cannot shorten "soon"/);
});

Deno.test("shortened() leaves the shipped files as they are at their own speed, and keeps every rule at another", async () => {
  for (const name of ["prometheus.yaml", "alerts.yaml", "alertmanager.yaml", "oncall.yaml"]) {
    const text = await read(name);
    assert.equal(shortened(text, 1), text);
    const shape = (value: unknown): unknown =>
      Array.isArray(value)
        ? value.map(shape)
        : value !== null && typeof value === "object"
        ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]))
        : typeof value;
    assert.deepEqual(shape(parse(shortened(text, 6))), shape(parse(text)));
  }
  const [{ rules }] = parse(shortened(await read("alerts.yaml"), 6)).groups;
  assert.deepEqual([rules[0].alert, rules[0].for, rules[0].expr.match(/\[\w+\]/g)], [
    "InventoryHighErrorRate",
    "10s",
    ["[10s]", "[10s]"],
  ]);
  const { services: [service] } = parse(shortened(await read("oncall.yaml"), 6));
  assert.equal(service.metrics.window, "10s");
});
