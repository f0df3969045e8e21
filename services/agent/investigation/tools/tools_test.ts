import assert from "node:assert/strict";
import * as v from "valibot";
import { execute, prepare, type Prepared } from "../execute.ts";
import { silentLogger } from "../../../lib/telemetry/mod.ts";
import { shippedCatalogue } from "../catalogue/mod.ts";
import { createSources } from "../sources/mod.ts";
import { investigateRecorded, NOW, situationOf } from "../testing/investigation.ts";
import type { Recorded } from "../testing/recorded.ts";
import { splitFrontMatter } from "./get_runbook.ts";
import type { QueryResult } from "./query_prometheus.ts";
import { type ChangesResult, ToolError, tools } from "./mod.ts";

const demo: Recorded = JSON.parse(Deno.readTextFileSync(
  new URL("../situations/null_dereference_on_one_route_fresh_system_both_instances.json", import.meta.url),
));

function contextWith(fetch_: typeof fetch) {
  const options = {
    promUrl: "http://p.test",
    lbUrl: "http://l.test",
    alertmanagerUrl: "http://a.test",
    pmUrl: "http://m.test",
  };
  const now = () => NOW;
  return {
    situation: situationOf(demo),
    ledger: [],
    sources: createSources(options, { fetch: fetch_, now, catalogue: shippedCatalogue() }),
    store: { similar: () => Promise.resolve([]), view: () => Promise.resolve(undefined) },
    now,
    signal: new AbortController().signal,
    log: silentLogger,
    remainingMs: 60_000,
  };
}

const slot = { id: "E1", step: 1, episode: 1 };

Deno.test("tools offer a model exactly the arguments that they take", () => {
  for (const tool of tools.values()) {
    const entries = Object.keys((tool.schema as unknown as { entries: object }).entries).sort();
    const { properties, required } = tool.parameters as { properties: object; required: string[] };
    assert.deepEqual(Object.keys(properties).sort(), entries, tool.name);
    const withoutOptional = v.safeParse(tool.schema, {});
    assert.equal(withoutOptional.success, required.length === 0, tool.name);
  }
});

Deno.test("tools have the contract's names and defaults", () => {
  const prepared = prepare({ tool: "fetch_logs", arguments: {} }) as Prepared;
  assert.deepEqual(prepared.arguments, { seconds: 300, limit: 20 });
  for (const name of ["compute_error_rate", "fetch_code_from_github"]) assert(tools.has(name));
});

Deno.test("execute() turns a source that hangs into an honest error within the tool's limit", async () => {
  const hanging: typeof fetch = (input, init) => {
    const { signal } = new Request(input as string, init);
    return new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  };
  const tool = { ...tools.get("fetch_logs")!, timeoutMs: 20 };
  const entry = await execute({ tool, arguments: { seconds: 300, limit: 20 } }, slot, contextWith(hanging));
  assert.equal(entry.ok, false);
  assert.deepEqual(entry.result, {
    error: "timeout",
    message: "the load balancer at http://l.test did not answer in time",
  });
});

Deno.test("execute() does not wait for a tool that ignores its signal, and hides what went wrong inside", async () => {
  const stuck = { ...tools.get("fetch_logs")!, timeoutMs: 20, run: () => new Promise<never>(() => {}) };
  const late = await execute({ tool: stuck, arguments: {} }, slot, contextWith(fetch));
  assert.match(JSON.stringify(late.result), /timeout/);
  const broken = { ...stuck, run: () => Promise.reject(new TypeError("internal detail")) };
  const failed = await execute({ tool: broken, arguments: {} }, slot, contextWith(fetch));
  assert.deepEqual(failed.result, { error: "internal", message: "fetch_logs failed; the agent's log has the reason" });
});

Deno.test("query_prometheus keeps the peak when it leaves points out, and says that nothing is not zero", async () => {
  const values = Array.from({ length: 200 }, (_, i) => [NOW.getTime() / 1000 - 3600 + i * 18, i === 77 ? "99" : "1"]);
  const answer = (result: unknown[]): typeof fetch => () =>
    Promise.resolve(Response.json({ status: "success", data: { resultType: "matrix", result } }));
  const prepared = prepare({ tool: "query_prometheus", arguments: { query: "x", minutes: 60 } }) as Prepared;
  const full = await execute(prepared, slot, contextWith(answer([{ metric: { a: "b" }, values }])));
  const { series } = full.result as QueryResult;
  assert.equal(series[0]!.max, 99);
  assert(series[0]!.points.length <= 24 && series[0]!.points.some(([, value]) => value === 99));
  const empty = await execute(prepared, slot, contextWith(answer([])));
  assert.match((empty.result as QueryResult).note!, /not zero/);
  const bad: typeof fetch = () =>
    Promise.resolve(Response.json({ status: "error", error: "parse error" }, { status: 400 }));
  const refused = await execute(prepared, slot, contextWith(bad));
  assert.match(JSON.stringify(refused.result), /answered 400: parse error/);
});

Deno.test("query_prometheus tells partial answers and values that are no numbers", async () => {
  const prepared = prepare({ tool: "query_prometheus", arguments: { query: "x" } }) as Prepared;
  const asked = async (value: string, more: object = {}) => {
    const data = { resultType: "vector", result: [{ metric: {}, value: [NOW.getTime() / 1000, value] }] };
    const answer: typeof fetch = () => Promise.resolve(Response.json({ status: "success", data, ...more }));
    return (await execute(prepared, slot, contextWith(answer))).result as QueryResult;
  };
  assert.equal((await asked("3")).note, null);
  for (const value of ["NaN", "+Inf", "-Inf"]) {
    assert.match((await asked(value)).note!, /none of the values is a finite number/);
  }
  const partial = await asked("3", { warnings: ["store-4 is away"] });
  assert.match(partial.note!, /the answer is partial: store-4 is away/);
  assert.equal(tools.get("query_prometheus")!.gaps!(partial).length, 1);
});

Deno.test("get_runbook takes the runbook whose labels match most closely and honors what it skips", async () => {
  const page = (front: string) => `---\n${front}\n---\n# Title\n\nText`;
  const runbooks = new Map([
    ["general.md", page("match: { service: inventory }")],
    [
      "exact.md",
      page(
        "match:\n  - { service: inventory, alertname: InventoryHighErrorRate }\ncheck: [look]\nskip_tools: [similar_incidents, list_alerts]",
      ),
    ],
    ["other.md", page("match: { service: cart, alertname: InventoryHighErrorRate, severity: critical }")],
    ["broken.md", "---\nmatch: [\n---\nText"],
  ]);
  const { ledger, diagnosis } = await investigateRecorded(demo, { runbooks });
  const called = ledger.map((call) => call.tool);
  assert.equal((ledger.find((call) => call.tool === "get_runbook")!.result as { file: string }).file, "exact.md");
  assert(!called.includes("similar_incidents") && !called.includes("list_alerts"));
  assert(diagnosis.next_steps.includes("look"));
});

Deno.test("A runbook's addresses are those of this system, and stay in what to do next", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/page.md`,
      "---\nmatch: { service: inventory }\ncheck: [curl $PM_URL/events, curl $PROM_URL/-/ready]\n---\n# Title\n\n`PM_URL`",
    );
    const sources = createSources({
      promUrl: "http://reader:hunter2@127.0.0.1:4790/prometheus/",
      lbUrl: "http://127.0.0.1:4700",
      alertmanagerUrl: "http://127.0.0.1:4793",
      pmUrl: "http://127.0.0.1:4770",
    }, { fetch, now: () => new Date(), catalogue: { ...shippedCatalogue(), runbooks: folder } });
    const { diagnosis } = await investigateRecorded(demo, { runbooks: await sources.runbooks() });
    assert(diagnosis.next_steps.includes("curl http://127.0.0.1:4770/events"), diagnosis.next_steps.join("\n"));
    assert(diagnosis.next_steps.includes("curl http://127.0.0.1:4790/prometheus/-/ready"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("recent_changes reads a file's commits for a service that names no source of events", async () => {
  const context = contextWith(() => Promise.reject(new Error("nothing is to be asked")));
  const commit = { sha: "0123456", at: NOW.toISOString(), author: "Ada", title: "Price by supplier" };
  const changed = async (code: () => unknown) => {
    const prepared = prepare({
      tool: "recent_changes",
      arguments: { file_path: "services/inventory/pricing.ts" },
    }) as Prepared;
    const service = { ...context.situation.service!, changes: { source: "none" as const } };
    const entry = await execute(prepared, slot, {
      ...context,
      situation: { ...context.situation, service },
      sources: { ...context.sources, code: code as typeof context.sources.code },
    });
    return entry as { ok: boolean; result: ChangesResult & { message?: string } };
  };
  const read = await changed(() => ({ commits: () => Promise.resolve({ commits: [commit], note: null }) }));
  assert.deepEqual([read.ok, read.result.events_known, read.result.not_known], [true, false, []]);
  assert.deepEqual(read.result.commits.map(({ title }) => title), ["Price by supplier"]);
  const neither = await changed(() => ({ commits: () => Promise.reject(new ToolError("not_found", "no history")) }));
  assert.deepEqual([neither.ok, neither.result.message], [
    false,
    "config/oncall.yaml names no source of changes for inventory; no history",
  ]);
});

Deno.test("splitFrontMatter() takes bad YAML for none", () => {
  assert.deepEqual(splitFrontMatter("---\nmatch: [\n---\nText"), {
    front: { check: [], skip_tools: [] },
    body: "Text",
  });
  assert.equal(splitFrontMatter("just text").body, "just text");
});
