import assert from "node:assert/strict";
import { ToolError } from "../../tool_error.ts";
import { jaegerTraces } from "./jaeger.ts";
import { spansOfOtlp } from "./otlp.ts";
import { tempoTraces } from "./tempo.ts";

const NOW = Date.parse("2026-11-28T11:00:00Z");
const signal = new AbortController().signal;
const PERIOD = { from: NOW - 300_000, to: NOW, signal };

/** Answers by path; also what was asked. */
function server(answers: Record<string, (url: URL) => Response>) {
  const asked: URL[] = [];
  const fetch_: typeof fetch = (input) => {
    const url = new URL(String(input));
    asked.push(url);
    return Promise.resolve(answers[url.pathname]?.(url) ?? new Response("trace not found", { status: 404 }));
  };
  return { fetch: fetch_, asked };
}

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const number = (key: string, intValue: string) => ({ key, value: { intValue } });
const base64 = (hex: string) => Uint8Array.fromHex(hex).toBase64();
const nanos = (ms: number) => `${BigInt(ms) * 1_000_000n}`;
const TRACE = "2f3e0cee77ae5dc9c17ade3689eb2e54";

function otlp(encode: (id: string) => string) {
  return {
    resourceSpans: [{
      resource: { attributes: [text("service.name", "orders"), text("host.name", "a1")] },
      scopeSpans: [{
        spans: [
          {
            traceId: encode(TRACE),
            spanId: encode("0011223344556677"),
            name: "POST /orders",
            kind: "SPAN_KIND_SERVER",
            startTimeUnixNano: nanos(NOW - 5_000),
            endTimeUnixNano: nanos(NOW - 4_250),
            attributes: [text("http.route", "/orders"), number("http.response.status_code", "502")],
            status: { code: "STATUS_CODE_ERROR" },
          },
          {
            traceId: encode(TRACE),
            spanId: encode("8899aabbccddeeff"),
            parentSpanId: encode("0011223344556677"),
            name: "GET",
            kind: 3,
            startTimeUnixNano: nanos(NOW - 4_900),
            endTimeUnixNano: nanos(NOW - 4_300),
            attributes: [
              text("server.address", "payments.internal"),
              number("server.port", "8080"),
              text("http.request.method", "GET"),
            ],
            status: { code: 2, message: "connection refused" },
            events: [{
              name: "exception",
              attributes: [text("exception.type", "ConnectError"), text("exception.message", "refused")],
            }],
          },
        ],
      }],
    }],
  };
}

for (
  const [what, trace] of [
    ["hexadecimal ids", otlp((id) => id)],
    ["base64 ids", otlp(base64)],
    ["a trace wrapped as in version 2", { trace: otlp(base64) }],
    ["batches as in version 1", { batches: otlp(base64).resourceSpans }],
    ["a result of Jaeger", { result: otlp((id) => id) }],
  ] as const
) {
  Deno.test(`spansOfOtlp() reads ${what}`, () => {
    const [root, call] = spansOfOtlp(trace);
    assert.equal(root!.traceId, TRACE);
    assert.deepEqual([root!.service, root!.kind, root!.parentId, root!.duration_ms], ["orders", "server", null, 750]);
    assert.deepEqual([root!.error, root!.status, root!.peer], [true, "502", null]);
    assert.deepEqual([call!.parentId, call!.kind, call!.error], [root!.spanId, "client", true]);
    assert.equal(call!.status, "ConnectError connection refused");
    assert.deepEqual(call!.peer, { name: null, address: "payments.internal:8080", protocol: "http", system: null });
  });
}

Deno.test("spansOfOtlp() finds nothing in what is no trace", () => {
  for (const odd of [null, 7, "x", [], {}, { resourceSpans: [{ scopeSpans: [{ spans: [{}, null] }] }] }]) {
    assert.deepEqual(spansOfOtlp(odd), []);
  }
});

Deno.test("tempoTraces() searches by service, error and time, then reads each trace", async () => {
  const { fetch, asked } = server({
    "/tempo/api/search": () => Response.json({ traces: [{ traceID: TRACE }, { traceID: "gone" }], metrics: {} }),
    [`/tempo/api/traces/${TRACE}`]: () => Response.json(otlp(base64)),
  });
  const read = await tempoTraces({ url: "http://tempo.test/tempo/", fetch }).search('or"ders', {
    ...PERIOD,
    errors: true,
    minMs: 250,
  });
  assert.equal(
    asked[0]!.searchParams.get("q"),
    `{ resource.service.name = "or\\"ders" && status = error && duration >= 250ms }`,
  );
  assert.deepEqual([asked[0]!.searchParams.get("start"), asked[0]!.searchParams.get("limit")], [
    `${NOW / 1000 - 300}`,
    "20",
  ]);
  assert.equal(read.spans.length, 2);
  assert.equal(read.traces, 2);
  assert.equal(read.limited, false);
});

Deno.test("tempoTraces() keeps the words of a refusal", async () => {
  const { fetch } = server({
    "/api/search": () => new Response("invalid TraceQL query: parse error", { status: 400 }),
  });
  await assert.rejects(tempoTraces({ url: "http://tempo.test", fetch }).search("a", PERIOD), (error: ToolError) => {
    assert.match(error.message, /Tempo at http:\/\/tempo\.test answered 400: invalid TraceQL/);
    return error.code === "bad_answer";
  });
});

Deno.test("tempoTraces() names the services that it knows", async () => {
  const { fetch } = server({
    "/api/v2/search/tag/resource.service.name/values": () =>
      Response.json({ tagValues: [{ type: "string", value: "orders" }] }),
  });
  assert.deepEqual(await tempoTraces({ url: "http://tempo.test", fetch }).services(signal), ["orders"]);
});

Deno.test("jaegerTraces() reads spans, processes and references", async () => {
  const { fetch, asked } = server({
    "/jaeger/api/traces": () =>
      Response.json({
        data: [{
          traceID: "abc",
          processes: { p1: { serviceName: "orders", tags: [] }, p2: { serviceName: "payments" } },
          spans: [
            {
              traceID: "abc",
              spanID: "2",
              processID: "p1",
              operationName: "SELECT",
              references: [{ refType: "CHILD_OF", traceID: "abc", spanID: "1" }],
              startTime: (NOW - 900) * 1000,
              duration: 400_000,
              tags: [
                { key: "span.kind", type: "string", value: "client" },
                { key: "db.system", type: "string", value: "postgresql" },
                { key: "net.peer.name", type: "string", value: "db" },
                { key: "net.peer.port", type: "int64", value: 5432 },
                { key: "error", type: "bool", value: true },
              ],
              logs: [{
                timestamp: 1,
                fields: [{ key: "event", value: "error" }, { key: "message", value: "too many clients" }],
              }],
            },
            {
              traceID: "abc",
              spanID: "1",
              processID: "p2",
              operationName: "pay",
              startTime: (NOW - 1000) * 1000,
              duration: 700,
              tags: [],
            },
          ],
        }],
        errors: null,
      }),
  });
  const read = await jaegerTraces({ url: "http://jaeger.test/jaeger", fetch }).search("orders", {
    ...PERIOD,
    errors: true,
  });
  assert.equal(asked[0]!.searchParams.get("tags"), '{"error":"true"}');
  assert.equal(asked[0]!.searchParams.get("start"), `${(NOW - 300_000) * 1000}`);
  const [first, second] = read.spans;
  assert.deepEqual([first!.service, first!.parentId, first!.error, first!.duration_ms], ["payments", null, false, 0.7]);
  assert.deepEqual([second!.service, second!.parentId, second!.error], ["orders", "1", true]);
  assert.deepEqual(second!.peer, { name: null, address: "db:5432", protocol: "db", system: "postgresql" });
  assert.equal(second!.status, "too many clients");
});

Deno.test("jaegerTraces() keeps the words of a refusal", async () => {
  const { fetch } = server({
    "/api/traces": () =>
      Response.json({ data: null, errors: [{ code: 400, msg: "parameter 'service' is required" }] }, { status: 400 }),
  });
  await assert.rejects(
    jaegerTraces({ url: "http://jaeger.test", fetch }).search("", PERIOD),
    /answered 400: parameter 'service'/,
  );
});
