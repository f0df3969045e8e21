import assert from "node:assert/strict";
import { join } from "node:path";
import type { IncidentView } from "../services/agent/mod.ts";
import { deliver, freePort, getJson, monitoringTools, ROOT, startRole, tempFolder, until } from "./testing/mod.ts";

/** The description of a web server that knows nothing of this product, as a user would write it. */
const CATALOGUE = `
services:
  - name: answers
    match: [{ app: answers }]
    owner: the team next door
    metrics:
      selector: job="answers"
      window: 10s
      labels: { instance: instance, route: path, status: status }
      requests: { metric: aimock_requests_total }
      errors: { metric: aimock_requests_total, selector: 'status=~"5.."' }
      latency: { metric: aimock_request_duration_seconds }
      ignore_routes: [/metrics, /health]
    logs:
      source: file
      path: logs/answers.log
      entry: ^\\[aimock\\] (?<message>.*)$
      errors: No fixture matched
`;

const FIXTURES = {
  fixtures: [{ match: { userMessage: "known" }, response: { content: "fine" } }],
};

/** Starts a program whose output goes to `log`, until the scope ends. */
function background(program: string, args: readonly string[], { cwd, log }: { cwd: string; log?: string }) {
  const child = new Deno.Command("sh", {
    args: ["-c", `exec "$0" "$@" >${log ?? "/dev/null"} 2>&1`, program, ...args],
    cwd,
    stdin: "null",
  }).spawn();
  let ended = false;
  const status = child.status.then(() => ended = true);
  return {
    async [Symbol.asyncDispose]() {
      if (!ended) child.kill("SIGTERM");
      await status;
    },
  };
}

/** Does it again and again, ten times a second at most, until the scope ends. */
function repeatedly(body: () => Promise<void>): AsyncDisposable {
  let over = false;
  const running = (async () => {
    while (!over) {
      await body();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      over = true;
      await running;
    },
  };
}

Deno.test("agent diagnoses a third-party web server that config/oncall.yaml alone describes", async () => {
  const tools = await monitoringTools();
  await using folder = await tempFolder();
  for (const name of ["config", "logs"]) await Deno.mkdir(join(folder.path, name));
  const [port, prometheusPort] = [freePort(), freePort()];
  const write = (name: string, text: string) => Deno.writeTextFile(join(folder.path, name), text);
  await write("config/oncall.yaml", CATALOGUE);
  await write("fixtures.json", JSON.stringify(FIXTURES));
  await write(
    "prometheus.yaml",
    `scrape_configs:
  - { job_name: answers, scrape_interval: 1s, static_configs: [{ targets: ["127.0.0.1:${port}"] }] }\n`,
  );
  const project = ["--config", join(ROOT, "deno.json"), "--lock", join(ROOT, "deno.lock")];
  const { imports } = JSON.parse(await Deno.readTextFile(join(ROOT, "imports.json")));
  const server = [`${imports["@copilotkit/aimock"]}/llmock`, "-h", "127.0.0.1", "-p", `${port}`, "-f", "fixtures.json"];
  await using _server = background(
    Deno.execPath(),
    ["run", "-A", "--quiet", ...project, ...server, "--metrics", "--strict", "--log-level", "info"],
    { cwd: folder.path, log: "logs/answers.log" },
  );
  await using _prometheus = background(
    tools.prometheus,
    ["--config.file=prometheus.yaml", "--storage.tsdb.path=data", `--web.listen-address=127.0.0.1:${prometheusPort}`],
    { cwd: folder.path },
  );
  const origin = `http://127.0.0.1:${port}`;
  await until("the server answers", async () => (await getJson(`${origin}/health`)) !== undefined);
  const ask = async (content: string) => {
    const response = await fetch(`${origin}/v1/chat/completions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ model: "x", messages: [{ role: "user", content }] }),
    });
    await response.body?.cancel();
    return response.status;
  };
  assert.deepEqual([await ask("known"), await ask("nobody told me")], [200, 503]);

  const prometheus = `http://127.0.0.1:${prometheusPort}`;
  const share = encodeURIComponent('sum(rate(aimock_requests_total{job="answers",status="503"}[10s]))');
  // It goes on failing until the diagnosis: errors that are over are no cause.
  await using _traffic = repeatedly(async () => {
    for (const content of ["known", "nobody told me"]) await ask(content);
  });
  await until("Prometheus has seen it fail", async () => {
    // deno-lint-ignore no-explicit-any
    const { data } = await getJson(`${prometheus}/api/v1/query?query=${share}`) as any;
    return Number(data.result[0]?.value[1]) > 2;
  }, { timeoutMs: 60_000, everyMs: 200 });

  await using agent = await startRole("agent", { cwd: folder.path, env: { PROM_URL: prometheus } });
  const labels = { alertname: "AnswersFailing", app: "answers", severity: "critical" };
  const delivered = await deliver(agent.url, {
    version: "4",
    groupKey: '{}:{alertname="AnswersFailing"}',
    truncatedAlerts: 0,
    status: "firing",
    receiver: "agent",
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: {},
    externalURL: "",
    alerts: [{
      status: "firing",
      labels,
      annotations: {},
      startsAt: new Date().toISOString(),
      endsAt: "0001-01-01T00:00:00Z",
      generatorURL: "",
      fingerprint: "81d9aa8e049474cb",
    }],
  });
  assert.equal(delivered.status, 200);
  const incident = await until("a diagnosis", async () => {
    const { incidents } = await getJson(`${agent.url}/api/incidents`) as { incidents: { id: string; state: string }[] };
    const found = incidents.find((one) => one.state === "diagnosed");
    return found && await getJson(`${agent.url}/api/incidents/${found.id}`) as IncidentView;
  });
  const { diagnosis } = incident;
  assert.equal(diagnosis!.verdict, "cause_found", JSON.stringify(incident, null, 1));
  assert.equal(diagnosis!.category, "errors_without_stack");
  assert.match(diagnosis!.root_cause, /No fixture matched/);
  assert.deepEqual(diagnosis!.routes, ["/v1/chat/completions"]);
  assert.deepEqual(diagnosis!.instances, [`127.0.0.1:${port}`]);
  assert(diagnosis!.error_rate! > 0.05 && diagnosis!.error_rate! < 0.95, `${diagnosis!.error_rate}`);
  assert.deepEqual(diagnosis!.claims.filter((claim) => !claim.verified), []);
});
