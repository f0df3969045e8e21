import assert from "node:assert/strict";
import { ensureBuilt, executablePath, runRole, until } from "./testing/mod.ts";

interface Origin extends AsyncDisposable {
  readonly url: string;
  readonly requests: { readonly method: string; readonly path: string; readonly body: string }[];
}

/** An origin that keeps what it was sent, and fails where the generator expects it. */
function origin(): Origin {
  const requests: Origin["requests"] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const path = new URL(request.url).pathname;
    requests.push({ method: request.method, path, body: await request.text() });
    return new Response("{}", { status: path.endsWith("/error") ? 500 : path === "/items/1" ? 404 : 200 });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    requests,
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}

async function traffic(...args: string[]) {
  const { code, stdout, stderr } = await runRole("traffic", { args });
  assert.deepEqual([code, stderr], [0, ""]);
  return stdout;
}

async function report(...args: string[]) {
  return JSON.parse(await traffic(...args, "--json"));
}

Deno.test("oncall-traffic sends what its report says, the same for the same seed", async () => {
  await using server = origin();
  const flags = ["--url", `${server.url}/`, "--rps", "200", "--duration", "1", "--seed", "7", "--keyspace", "9"];
  const first = await report(...flags);
  const sent = server.requests.splice(0);
  assert.equal(sent.length, 200);
  assert.equal(first.sent, 200);
  assert.equal(first.scheduled, first.completed + first.errors + first.timeouts + first.dropped);
  assert.ok(first.statuses["404"] > 0 && first.errors === 0, "a 4xx counts as ok");
  const puts = sent.filter(({ method }) => method === "PUT");
  for (const { path, body } of puts) {
    const { name, price, manufacturer } = JSON.parse(body);
    assert.match(path, /^\/items\/[1-9]$/);
    assert.deepEqual([typeof name, typeof price, typeof manufacturer, body.length], [
      "string",
      "number",
      "string",
      1024,
    ]);
  }
  await report(...flags);
  // Requests in flight at the same time may overtake each other.
  const inOrder = (requests: Origin["requests"]) => requests.map((request) => JSON.stringify(request)).sort();
  assert.deepEqual(inOrder(server.requests), inOrder(sent));
});

Deno.test("oncall-traffic's profiles send as many requests as their rates add up to", async () => {
  const profiles: [flags: string, scheduled: number][] = [
    ["--profile constant --rps 30", 30],
    ["--profile spike --rps 20 --spike-at 0.5 --spike-mult 3", 40],
    ["--profile ramp --ramp-from 0 --ramp-to 80", 40],
    ["--profile sine --rps 40 --sine-amplitude 30 --sine-period 0.5", 40],
    ["--profile ramp-spike --mild-rps 20 --mild-duration 0.5 --high-rps 60", 40],
    ["--profile agentic --normal-rps 40 --normal-duration 0.25 --error-rps 80 --error-duration 0.25", 60],
  ];
  await using server = origin();
  const reports = await Promise.all(
    profiles.map(([flags]) => report("--url", server.url, "--duration", "1", ...flags.split(" "))),
  );
  assert.deepEqual(reports.map(({ scheduled }) => scheduled), profiles.map(([, scheduled]) => scheduled));
  const failing = server.requests.filter(({ path }) => path === "/random-endpoint/error").length;
  assert.equal(failing, reports.at(-1).statuses["500"]);
  assert.ok(failing > 20 && failing < 40, `${failing} of the 40 requests of the error phases`);
});

Deno.test("oncall-traffic hits ERROR_ENDPOINT_PATH at LB_URL when the environment says so", async () => {
  await using server = origin();
  const args = "--profile agentic --normal-duration 0.001 --error-rps 50 --error-duration 9 --duration 1".split(" ");
  const { code, stdout } = await runRole("traffic", {
    args,
    env: { LB_URL: server.url, ERROR_ENDPOINT_PATH: "/broken/error" },
  });
  assert.equal(code, 0);
  assert.match(stdout, /^agentic traffic to http:/);
  assert.match(stdout, /\nDone: agentic for 1\.0 s.*seed \d+\n.*\n {2}latency +p50 .* p95 .* p99 .* max /);
  assert.ok(server.requests.some(({ path }) => path === "/broken/error"));
});

Deno.test("oncall-traffic prints its final report and exits 0 when interrupted", async () => {
  await ensureBuilt("traffic");
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    await using server = origin();
    const child = new Deno.Command(executablePath("traffic"), {
      args: ["--url", server.url, "--rps", "50", "--duration", "3600", "--json"],
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    await until("it sends", () => server.requests.length > 5);
    child.kill(signal);
    const { code, stdout } = await child.output();
    const { interrupted, scheduled, completed } = JSON.parse(new TextDecoder().decode(stdout));
    assert.deepEqual([code, interrupted, completed, server.requests.length], [0, true, scheduled, scheduled]);
  }
});

Deno.test("oncall-traffic says in one line what is wrong, and exits 2, before it sends anything", async () => {
  const wrong: [args: string[], says: RegExp][] = [
    [["--rps", "x"], /--rps: expected a number/],
    [["--profile", "bogus"], /--profile: expected one of constant, spike, ramp, sine, ramp-spike, agentic/],
    [["--put-frac", "1.5", "--duration", "0"], /--duration: .*--put-frac: |--put-frac: .*--duration: /],
    [["--bogus"], /unknown option '--bogus'/],
    [["--url", "http://foreign.example"], /foreign\.example is not among the hosts .*ONCALL_ALLOW_NET/],
  ];
  for (const [args, says] of wrong) {
    const { code, stdout, stderr } = await runRole("traffic", { args });
    assert.deepEqual([code, stdout], [2, ""], args.join(" "));
    assert.match(stderr, says);
    assert.match(stderr, /^oncall-traffic: [^\n]+\n$/);
  }
  assert.match(await traffic("--version"), /^\d+\.\d+\.\d+\n$/);
  const help = await traffic("--help");
  for (const flag of ["--url", "--max-concurrency", "--error-duration", "--hotset", "ERROR_ENDPOINT_PATH"]) {
    assert.ok(help.includes(flag), flag);
  }
});

Deno.test("oncall-traffic says that nothing answers when nothing listens", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const { failures, warnings, errors } = await report("--url", url, "--rps", "20", "--duration", "0.5");
  assert.deepEqual([failures, errors], [{ refused: 10 }, 10]);
  assert.match(warnings.join(), new RegExp(`Nothing answered at ${url}`));
});
