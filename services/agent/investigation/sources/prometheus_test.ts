import assert from "node:assert/strict";
import { ToolError } from "../tool_error.ts";
import { createPrometheus } from "./prometheus.ts";

const signal = new AbortController().signal;
const RANGE = { start: 1_000, end: 1_900, step: 15 };
const FOUND = { resultType: "matrix", result: [{ metric: { a: "b" }, values: [[1_900, "5"]] }] };

interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body: unknown;
}

/** A client of a server that answers in this order, the last answer again and again, and what it was told and asked. */
function serverOf(...answers: readonly Answer[]) {
  const asked: URL[] = [];
  const headers: Headers[] = [];
  const said: string[] = [];
  const fetch = (async (input: RequestInfo | URL, init?: RequestInit) => {
    await Promise.resolve();
    asked.push(new URL(input as string));
    headers.push(new Headers(init?.headers));
    const { status = 200, headers: given = {}, body } = answers[Math.min(asked.length, answers.length) - 1]!;
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: given });
  }) as typeof globalThis.fetch;
  const client = (url = "http://p.test") =>
    createPrometheus(url, { fetch, patient: true }).noting((text) => said.push(text));
  return { client, asked, headers, said };
}

const success = (more: object = {}) => ({ body: { status: "success", data: FOUND, ...more } });

async function refusalOf(answer: Answer): Promise<string> {
  const error = await serverOf(answer).client().range("x", RANGE, signal).then(() => null, (error) => error);
  assert(error instanceof ToolError, `${error}`);
  return error.message;
}

const PARTIAL: readonly (readonly [name: string, answer: Answer, said: RegExp])[] = [
  [
    "Thanos' warnings",
    success({ warnings: ["receive series from Addr: store-9:10901: EOF"] }),
    /partial: receive series/,
  ],
  ["two warnings", success({ warnings: ["store-1 is away", "store-2 is away"] }), /store-1 is away/],
  ["a hint of Thanos", success({ infos: ["partial response: 2 of 5 stores answered"] }), /2 of 5 stores/],
  ["VictoriaMetrics' cluster", success({ isPartial: true }), /a part of its storage did not answer/],
  ["VictoriaMetrics with words", success({ isPartial: true, warnings: ["vmstorage-3 timed out"] }), /vmstorage-3/],
  [
    "M3's header",
    { ...success(), headers: { "m3-results-limited": "max_fetch_series_limit_applied" } },
    /max_fetch_series/,
  ],
  ["Mimir's warning", success({ warnings: ["query results may be incomplete: ingester unavailable"] }), /ingester/],
];

for (const [name, answer, expected] of PARTIAL) {
  Deno.test(`createPrometheus() notes that an answer is partial: ${name}`, async () => {
    const { client, said } = serverOf(answer);
    assert.equal((await client().range("x", RANGE, signal)).length, 1);
    assert.match(said.join("\n"), expected);
  });
}

const WHOLE: readonly (readonly [name: string, answer: Answer])[] = [
  ["nothing said", success()],
  [
    "a hint about a name",
    success({ infos: ["PromQL info: metric might not be a counter, name does not end in _total"] }),
  ],
  ["a warning about a query", success({ warnings: ['PromQL warning: bucket label "le" is missing'] })],
  ["isPartial: false", success({ isPartial: false, warnings: null })],
  ["empty lists", success({ warnings: [], infos: [] })],
];

for (const [name, answer] of WHOLE) {
  Deno.test(`createPrometheus() takes an answer for whole: ${name}`, async () => {
    const { client, said } = serverOf(answer);
    await client().range("x", RANGE, signal);
    assert.deepEqual(said, []);
  });
}

const REFUSALS: readonly (readonly [name: string, answer: Answer, said: RegExp])[] = [
  ["plain text", { status: 401, body: "no org id\n" }, /answered 401: no org id$/],
  ["plain text of a proxy", { status: 403, body: "RBAC: access denied" }, /403: RBAC: access denied/],
  ["a page of nginx", {
    status: 404,
    body:
      "<html>\r\n<head><title>404 Not Found</title></head>\r\n<body>\r\n<center><h1>404 Not Found</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>",
  }, /answered 404: 404 Not Found nginx/],
  ["a page with a script", {
    status: 401,
    body:
      "<!doctype html><head><title>Sign in</title><script>if (a < b) alert('x')</script></head><body>Please sign in &amp; retry</body>",
  }, /401: Sign in: Please sign in & retry$/],
  ["JSON of a gateway", { status: 401, body: { message: "Unauthorized" } }, /answered 401: Unauthorized/],
  [
    "nested JSON",
    { status: 403, body: { error: { code: 7, message: "permission monitoring.read denied" } } },
    /permission/,
  ],
  ["a list of errors", { status: 400, body: { errors: ["tenant unknown", "other"] } }, /400: tenant unknown/],
  ["Prometheus' own", {
    status: 422,
    body: { status: "error", errorType: "execution", error: "many-to-many matching" },
  }, /422: many-to-many/],
  ["status error within a 200", { body: { status: "error", error: "query timed out" } }, /query timed out/],
  ["nothing at all", { status: 502, body: "" }, /answered 502 without a word/],
  ["a form of its own", { body: { series: [] } }, /not in the form of its API/],
  ["a page instead of JSON", { body: "<html><body>Grafana</body></html>" }, /not JSON: Grafana/],
];

for (const [name, answer, expected] of REFUSALS) {
  Deno.test(`createPrometheus() keeps the words of a refusal: ${name}`, async () => {
    const message = await refusalOf(answer);
    assert.match(message, expected);
    assert(message.length < 400 && !message.includes("\n"), message);
  });
}

Deno.test("createPrometheus() cuts a long refusal", async () => {
  const message = await refusalOf({ status: 400, body: `<p>${"very long ".repeat(5_000)}` });
  assert(message.length < 400, `${message.length}`);
});

const BUSY: readonly (readonly [name: string, answer: Answer])[] = [
  ["429 with seconds", { status: 429, headers: { "retry-after": "0" }, body: "too many requests" }],
  ["503 with a date in the past", {
    status: 503,
    headers: { "retry-after": "Sun, 22 Nov 2020 15:00:00 GMT" },
    body: "",
  }],
  ["503 with a page", { status: 503, headers: { "retry-after": "0" }, body: "<html><body>no upstream</body></html>" }],
  ["429 in JSON", { status: 429, headers: { "retry-after": "0" }, body: { status: "error", error: "rate limited" } }],
  ["502", { status: 502, body: "Bad Gateway" }],
];

for (const [name, busy] of BUSY) {
  Deno.test(`createPrometheus() asks again who is busy: ${name}`, async () => {
    const { client, asked } = serverOf(busy, success());
    assert.equal((await client().range("x", RANGE, signal)).length, 1);
    assert.equal(asked.length, 2);
  });
}

Deno.test("createPrometheus() tells a long Retry-After instead of waiting for it", async () => {
  const { client, asked } = serverOf({
    status: 429,
    headers: { "retry-after": "60" },
    body: "too many outstanding requests",
  });
  await assert.rejects(client().instant("x", 1, signal), /429: too many outstanding requests; it asks to wait 60 s$/);
  assert.equal(asked.length, 1);
});

Deno.test("createPrometheus() gives up after three tries, with the server's words", async () => {
  const { client, asked } = serverOf({ status: 503, headers: { "retry-after": "0" }, body: "no healthy upstream" });
  await assert.rejects(client().instant("x", 1, signal), /503: no healthy upstream$/);
  assert.equal(asked.length, 3);
});

const LIMITS: readonly (readonly [name: string, answer: Answer])[] = [
  ["Prometheus' resolution", {
    status: 400,
    body: { status: "error", error: "exceeded maximum resolution of 11,000 points per timeseries." },
  }],
  ["Prometheus' samples", {
    status: 422,
    body: { status: "error", error: "query processing would load too many samples into memory in query execution" },
  }],
  ["Mimir's length", {
    status: 422,
    body: { status: "error", error: "the total query time range exceeds the limit (query length: 15m0s, limit: 5m0s)" },
  }],
  ["VictoriaMetrics' series", {
    status: 422,
    body: { status: "error", error: "the number of matching timeseries exceeds 300000" },
  }],
  ["Thanos' plain text", { status: 422, body: "exceeded series limit: 5000" }],
];

for (const [name, refused] of LIMITS) {
  Deno.test(`createPrometheus() asks for half where a limit is reached, and says so: ${name}`, async () => {
    const { client, asked, said } = serverOf(refused, refused, success());
    assert.equal((await client().range("x", RANGE, signal)).length, 1);
    assert.deepEqual(asked.map((url) => Number(url.searchParams.get("start"))), [1_000, 1_450, 1_675]);
    assert(asked.every((url) => url.searchParams.get("end") === "1900.000"));
    assert.match(said.join(), /only the last 3\.8 minutes were answered/);
  });
}

Deno.test("createPrometheus() tells a limit that even an eighth is over", async () => {
  const { client, asked } = serverOf(LIMITS[1]![1]);
  await assert.rejects(client().range("x", RANGE, signal), /too many samples/);
  assert.equal(asked.length, 4);
});

Deno.test("createPrometheus() sends what a URL holds of credentials as a header, and names it in no error", async () => {
  const { client, asked, headers } = serverOf({ status: 500, body: "broken" });
  await assert.rejects(client("http://reader:p%40ss@p.test/prom/").instant("x", 1, signal), (error: Error) => {
    assert.doesNotMatch(error.message, /reader|p%40ss|p@ss/);
    return true;
  });
  assert.equal(headers[0]!.get("authorization"), `Basic ${btoa("reader:p@ss")}`);
  assert.equal(asked[0]!.username + asked[0]!.password, "");
  assert.equal(asked[0]!.pathname, "/prom/api/v1/query");
});

Deno.test("createPrometheus() reads null for empty, missing labels and bare numbers", async () => {
  const empty = serverOf({ body: { status: "success", data: { resultType: "vector", result: null } } });
  assert.deepEqual(await empty.client().instant("x", 1, signal), []);
  const bare = serverOf({ body: { status: "success", data: { resultType: "vector", result: [{ value: [1, 2] }] } } });
  assert.deepEqual(await bare.client().instant("x", 1, signal), [{ labels: {}, points: [[1, 2]] }]);
});
