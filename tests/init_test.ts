import assert from "node:assert/strict";
import { parseCatalogue } from "../services/agent/investigation/catalogue/mod.ts";
import { oncall } from "../services/cli/testing/world.ts";

const UP = (job: string, value = "1") => ({
  metric: { __name__: "up", job, instance: `${job}:80` },
  value: [0, value],
});
const series = (job: string, list: readonly Record<string, string>[]) =>
  list.map((one) => ({ job, instance: `${job}:80`, ...one }));
const SERIES: Readonly<Record<string, unknown[]>> = {
  '{job="orders"}': series("orders", [
    { __name__: "http_requests_total", code: "200", handler: "/orders" },
    { __name__: "http_request_duration_seconds_bucket", le: "1", handler: "/orders" },
    { __name__: "http_request_duration_seconds_count", handler: "/orders" },
    { __name__: "http_request_duration_seconds_sum", handler: "/orders" },
    { __name__: "process_cpu_seconds_total" },
    { __name__: "orders_build_info", revision: "abc1234" },
  ]),
  '{job="orders-db"}': series("orders-db", [{ __name__: "pg_up" }]),
};

const answers = {
  "GET 9090/api/v1/query": {
    status: "success",
    data: { resultType: "vector", result: [UP("orders"), UP("orders-db", "0"), UP("prometheus")] },
  },
  "GET 9090/api/v1/rules": {
    status: "success",
    data: { groups: [{ rules: [{ name: "Slow", labels: { team_service: "orders", severity: "critical" } }] }] },
  },
  "GET 9090/api/v1/series": (request: Request) =>
    Response.json({ status: "success", data: SERIES[new URL(request.url).searchParams.get("match[]")!] ?? [] }),
  "GET 9093/api/v2/status": {
    config: { original: 'receivers:\n- name: team\n  webhook_configs:\n  - url: "http://127.0.0.1:8088/alerts"\n' },
  },
  "GET 3100/loki/api/v1/label/service_name/values": { status: "success" },
  "GET 3100/loki/api/v1/label/app/values": { status: "success", data: ["orders", "mail"] },
  "GET 3200/api/v2/search/tag/resource.service.name/values": { tagValues: [{ type: "string", value: "Orders" }] },
};

/** Runs `oncall init` in a folder of its own; the file that it wrote, if any. */
async function init(flags: string, options: { readonly before?: string; readonly env?: Record<string, string> } = {}) {
  const folder = Deno.makeTempDirSync();
  const output = `${folder}/config/oncall.yaml`;
  if (options.before !== undefined) {
    Deno.mkdirSync(`${folder}/config`);
    Deno.writeTextFileSync(output, options.before);
  }
  const ran = await oncall(`init --output ${output} ${flags}`, answers, { env: (name) => options.env?.[name] });
  let file: string | undefined;
  try {
    file = Deno.readTextFileSync(output);
  } catch {
    file = undefined;
  }
  Deno.removeSync(folder, { recursive: true });
  return { ...ran, file };
}

Deno.test("oncall init shows what it found and writes a file that the agent reads", async () => {
  const { exitCode, out, file } = await init(
    "--alertmanager http://127.0.0.1:9093 --loki http://127.0.0.1:3100 --tempo http://127.0.0.1:3200 --token-env T --tenant shop",
    { env: { T: "secret-value" } },
  );
  assert.equal(exitCode, 0);
  assert.match(out, /orders {2}1 of 1 up, Go|orders {2}1 of 1 up/);
  assert.match(out, /requests +http_requests_total/);
  assert.match(out, /sends to http:\/\/127\.0\.0\.1:8088\/alerts/);
  assert.doesNotMatch(file!, /secret-value/);
  const { connections, services } = parseCatalogue(file!);
  assert.deepEqual(connections.metrics, {
    kind: "prometheus",
    url: "http://127.0.0.1:9090",
    token_env: "T",
    tenant: "shop",
  });
  const orders = services.find(({ name }) => name === "orders")!;
  assert.deepEqual(orders.match, [{ team_service: "orders" }, { service: "orders" }, { job: "orders" }]);
  assert.deepEqual(orders.metrics?.errors, { metric: "http_requests_total", selector: 'code=~"5.."' });
  assert.deepEqual(orders.logs, { source: "loki", connection: "logs", query: '{app="orders"}' });
  assert.deepEqual(orders.traces, { connection: "traces", service: ["Orders"] });
  assert.ok(services.some(({ name }) => name === "orders-db"));
});

Deno.test("oncall init asks with the credentials that it was named", async () => {
  const { seen } = await init("--username ana --password-env P --dry-run", { env: { P: "pw" } });
  assert.ok(seen.every(({ headers }) => headers.get("authorization") === `Basic ${btoa("ana:pw")}`));
});

Deno.test("oncall init overwrites nothing without --force, and writes nothing with --dry-run", async () => {
  const kept = await init("", { before: "services: []\n" });
  assert.equal(kept.exitCode, 2);
  assert.match(kept.error, /is there already, and was not touched: --force overwrites it/);
  assert.equal(kept.file, "services: []\n");
  assert.match((await init("--force", { before: "services: []\n" })).file!, /name: orders/);
  const dry = await init("--dry-run");
  assert.equal(dry.file, undefined);
  assert.match(dry.out, /- name: orders/);
});

for (
  const [flags, words] of [
    ["--prometheus prom:9090", /expected a URL that begins with http/],
    ["--prometheus http://a:b@127.0.0.1:9090", /--username and --password-env/],
    ["--prometheus http://127.0.0.1:1", /cannot be reached: check the address/],
    ["--prometheus http://127.0.0.1:9090/nothing", /answered 404, not in the form of its API/],
    ["--token-env NOT_SET", /the variable NOT_SET is not set/],
    ["--username ana", /--username needs --password-env/],
    ["--checkout no/such/folder", /cannot be read: name the folder of a checkout/],
  ] as const
) {
  Deno.test(`oncall init says in one line what is wrong with ${flags}`, async () => {
    const { exitCode, error, file } = await init(flags);
    assert.notEqual(exitCode, 0);
    assert.match(error, words);
    assert.equal(file, undefined);
  });
}
