import assert from "node:assert/strict";
import { githubCode } from "../services/agent/investigation/sources/mod.ts";
import { investigateRecorded } from "../services/agent/investigation/testing/investigation.ts";
import { asks, startModel } from "../services/agent/investigation/testing/model.ts";
import type { Recorded } from "../services/agent/investigation/testing/recorded.ts";
import { contract, type Left, type Mock, mocksMissing, startMock } from "./testing/mock_servers.ts";

const situations = new URL("../services/agent/investigation/situations/", import.meta.url);
const files = {
  openai: await contract("openai.json"),
  github: await contract("github.json"),
  prometheus: await contract("prometheus.json"),
  alertmanager: await contract("alertmanager.json"),
};
const ignore = Object.values(files).includes(undefined);
if (ignore) console.log("skipped: the published descriptions are not in ../shared/contracts");
const missing = ignore ? undefined : await mocksMissing("prism", "steady");
if (missing !== undefined) {
  console.log(`skipped: the requests of an investigation are held against no description: ${missing}`);
}

type Side = keyof typeof files;

/** Keeps each request before it goes on. */
function keeping(left: Left[], onward: typeof fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input as string, init);
    const { pathname, search } = new URL(request.url);
    const body = request.body === null ? undefined : await request.clone().text();
    const headers = Object.fromEntries([...request.headers].filter(([name]) => name !== "content-length"));
    left.push({ method: request.method, target: pathname + search, headers, body });
    return await onward(request);
  };
}

/** Every request that an investigation sends to others: with a model that asks for everything, is wrong and mends it. */
async function everyRequest(): Promise<Record<Side, Left[]>> {
  const recorded: Recorded = JSON.parse(
    await Deno.readTextFile(new URL("null_dereference_on_one_route_fresh_system_both_instances.json", situations)),
  );
  const diagnosis = {
    verdict: "cause_found",
    root_cause: "33 % of all requests fail.",
    affected_file: "services/inventory/pricing.ts",
    line_number: 6,
    suggested_fix: "Mend it.",
    priority: "high",
    next_steps: ["Ship it."],
  };
  const openai: Left[] = [];
  const sources: Left[] = [];
  const model = startModel([
    asks(["fetch_logs", { seconds: 300 }], ["compute_error_rate"], ["list_alerts"], ["recent_changes", {}]),
    asks(["fetch_code_from_github", { file_path: "services/inventory/pricing.ts", line: 6 }], ["fetch_logs", "{"]),
    asks(
      ["query_prometheus", { query: 'rate(http_requests_total{job="inventory"}[1m])', minutes: 30 }],
      ["query_prometheus", { query: "up" }],
      ["similar_incidents", { text: "TypeError" }],
    ),
    asks(["send_diagnosis", { ...diagnosis, root_cause: "74 % of all requests fail." }]),
    asks(["send_diagnosis", diagnosis]),
  ], { fetch: keeping(openai, fetch) });
  const { diagnosis: made } = await investigateRecorded(recorded, {
    model: model.brain,
    around: (onward) => keeping(sources, onward),
  });
  assert.deepEqual([made.brain, made.degraded], ["openai", false]);

  const github: Left[] = [];
  const answer: typeof fetch = (input) =>
    Promise.resolve(
      new URL((input as Request).url).pathname.endsWith("/commits")
        ? Response.json([])
        : Response.json({ type: "file", size: 1, encoding: "base64", content: btoa("x") }),
    );
  for (const ref of [undefined, "v1.2.3"]) {
    const options = { apiUrl: "https://api.github.test", owner: "octo-org", repo: "the.repo", ref, token: "t0ken" };
    const code = githubCode(options, { fetch: keeping(github, answer) });
    const { signal } = new AbortController();
    await code.read("services/inventory/pricing.ts", signal);
    await code.commits("services/inventory/pricing.ts", signal);
  }
  return {
    openai,
    github,
    prometheus: sources.filter(({ target }) => target.startsWith("/api/v1/")),
    alertmanager: sources.filter(({ target }) => target.startsWith("/api/v2/")),
  };
}

const MOCKS: Readonly<Record<Side, Mock>> = {
  openai: "prism",
  github: "prism",
  prometheus: "steady",
  alertmanager: "prism",
};

Deno.test({
  name: "every request of an investigation is one that the other side describes",
  ignore: ignore || missing !== undefined,
  async fn() {
    const requests = await everyRequest();
    await Promise.all((Object.keys(files) as Side[]).map(async (side) => {
      assert(requests[side].length > 0, side);
      await using mock = await startMock(MOCKS[side], files[side]!);
      const violations: string[] = [];
      for (const request of requests[side]) {
        const violation = await mock.violation(request);
        if (violation !== undefined) violations.push(violation);
      }
      assert.deepEqual(violations, [], side);
    }));
  },
});
