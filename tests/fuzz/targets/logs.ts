import fc from "fast-check";
import { parseCatalogue } from "../../../services/agent/investigation/catalogue/mod.ts";
import { createSources, foldShapes } from "../../../services/agent/investigation/sources/mod.ts";
import { jaegerTraces, tempoTraces } from "../../../services/agent/investigation/sources/traces/mod.ts";
import { redact } from "../../../services/agent/incidents/mod.ts";
import { defineTarget } from "../target.ts";
import { broken, jsonText, mostly, nasty, wordOf } from "../text.ts";

const NOW = Date.parse("2026-11-28T12:00:00Z");
const CATALOGUE = parseCatalogue(`services:
  - name: cart
    match: [{ service: cart }]
    logs: { source: loki, url: "http://loki.test:3100", query: '{app="cart"}' }
`);
const time = wordOf(
  ...[
    "2026-11-28T11:59:00Z",
    "2026-11-28 11:59:00,123",
    "28/Nov/2026:11:59:00 +0000",
    "Nov 28 11:59:00",
    "11:59:00.000",
    "1764331140",
    "I1128 11:59:00.000000",
  ],
);
const level = wordOf(
  "ERROR",
  "error",
  "[ERR]",
  "FATAL",
  "WARN",
  "INFO",
  "panic:",
  "level=error",
  '"level":"error"',
  "E",
);
const pieces = wordOf(
  ...[
    "Traceback (most recent call last):",
    '  File "/app/cart.py", line 12, in total',
    "    at total (/srv/cart.ts:3:7)",
    "\tat com.shop.Cart.total(Cart.java:12)",
  ],
  ...[
    "Caused by: java.lang.NullPointerException: x is null",
    "goroutine 1 [running]:",
    "main.main()",
    "\t/src/main.go:12 +0x1d",
    "thread 'main' panicked at src/main.rs:4:5:",
  ],
  ...[
    "#0 /var/www/cart.php(12): total()",
    "   at Shop.Cart.Total() in /src/Cart.cs:line 12",
    "app/cart.rb:12:in `total'",
    "TypeError: Cannot read properties of undefined (reading 'x')",
  ],
  ...[
    "... 12 more",
    "connect ECONNREFUSED 10.0.0.1:5432",
    "password=hunter2 token=abc",
    '{"msg":"x","stack":"Error\\n    at a (b.js:1:2)"}',
    "\u001b[31mred\u001b[0m",
    "    ^^^^",
    "}",
  ],
);
const line = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(time, level, pieces).map((parts) => parts.join(" ")) },
  { weight: 4, arbitrary: pieces },
  {
    weight: 1,
    arbitrary: fc.record({
      time: mostly(time),
      level: mostly(level),
      msg: mostly(pieces),
      stack: mostly(pieces),
      error: mostly(nasty),
    }, { requiredKeys: [] }).map(jsonText),
  },
  { weight: 1, arbitrary: nasty },
);
const lines = fc.array(broken(line), { maxLength: 25 });

/** Log lines of any form, through the reader of a log store. */
export const logs = defineTarget<{ readonly lines: readonly string[]; readonly step: number }>({
  name: "logs",
  share: 300_000,
  cases: fc.record({ lines, step: fc.constantFrom(0, 1, 1_000) }),
  open: () => {
    let answer = "";
    const fetch = () => Promise.resolve(new Response(answer, { headers: { "content-type": "application/json" } }));
    const options = {
      promUrl: "http://prometheus.test",
      lbUrl: "http://lb.test",
      alertmanagerUrl: "http://alertmanager.test",
      pmUrl: "http://manager.test",
    };
    const sources = createSources(options, { fetch, now: () => new Date(NOW), catalogue: CATALOGUE });
    const read = sources.logs(CATALOGUE.services[0]);
    return Promise.resolve({
      async try({ lines, step }) {
        const values = lines.map((text, i) => [`${BigInt(NOW - 60_000 + i * step) * 1_000_000n}`, text]);
        answer = JSON.stringify({
          status: "success",
          data: { resultType: "streams", result: [{ stream: { app: "cart" }, values }], stats: {} },
        });
        const { entries } = await read.read({ seconds: 300, signal: new AbortController().signal });
        await foldShapes(entries, [{ pattern: "^/srv/(.*)$", path: "src/$1" }]);
        redact(lines.join("\n"));
      },
      close: () => Promise.resolve(),
    });
  },
});

const key = wordOf(
  "traceID",
  "spanID",
  "traceId",
  "spanId",
  "startTime",
  "duration",
  "tags",
  "logs",
  "process",
  "processes",
  "references",
  "operationName",
);
const span = fc.record({
  traceID: mostly(wordOf("2f3e0cee77ae5dc9c17ade3689eb2e54")),
  spanID: mostly(wordOf("0011223344556677", "0011223344556678")),
  operationName: mostly(nasty),
  startTime: mostly(fc.integer()),
  duration: mostly(fc.integer()),
  references: mostly(
    fc.array(fc.record({ refType: wordOf("CHILD_OF"), spanID: wordOf("0011223344556677") }), { maxLength: 2 }),
  ),
  tags: mostly(
    fc.array(fc.record({ key: wordOf("error", "http.status_code", "exception.stacktrace"), value: mostly(pieces) }), {
      maxLength: 4,
    }),
  ),
  logs: mostly(
    fc.array(
      fc.record({ fields: mostly(fc.array(fc.record({ key: key, value: mostly(pieces) }), { maxLength: 3 })) }),
      { maxLength: 2 },
    ),
  ),
  processID: mostly(wordOf("p1")),
}, { requiredKeys: [] });
const otlpSpan = fc.record({
  traceId: mostly(wordOf("Lz4M7neuXcnBet42ieuuVA==")),
  spanId: mostly(wordOf("ABEiM0RVZnc=")),
  parentSpanId: mostly(wordOf("ABEiM0RVZnc=")),
  name: mostly(nasty),
  kind: mostly(wordOf("SPAN_KIND_SERVER")),
  startTimeUnixNano: mostly(wordOf("1764331140000000000")),
  endTimeUnixNano: mostly(wordOf("1764331141000000000")),
  attributes: mostly(
    fc.array(fc.record({ key, value: mostly(fc.record({ stringValue: mostly(pieces) })) }), { maxLength: 3 }),
  ),
  events: mostly(
    fc.array(fc.record({ name: nasty, attributes: mostly(fc.array(fc.record({ key, value: mostly(nasty) }))) }), {
      maxLength: 2,
    }),
  ),
  status: mostly(fc.record({ code: mostly(wordOf("STATUS_CODE_ERROR")), message: mostly(nasty) })),
}, { requiredKeys: [] });
const found = fc.oneof(
  fc.record({
    data: mostly(
      fc.array(
        mostly(
          fc.record({
            spans: mostly(fc.array(mostly(span), { maxLength: 6 })),
            processes: mostly(fc.dictionary(wordOf("p1"), mostly(nasty), { maxKeys: 2 })),
          }),
        ),
        { maxLength: 3 },
      ),
    ),
  }),
  fc.record({
    traces: mostly(
      fc.array(fc.record({ traceID: mostly(wordOf("2f3e0cee77ae5dc9c17ade3689eb2e54")) }), { maxLength: 3 }),
    ),
    batches: mostly(
      fc.array(
        fc.record({
          scopeSpans: mostly(
            fc.array(fc.record({ spans: mostly(fc.array(mostly(otlpSpan), { maxLength: 4 })) }), { maxLength: 2 }),
          ),
        }),
        { maxLength: 2 },
      ),
    ),
  }),
);

/** Answers of Jaeger and Tempo. */
export const traces = defineTarget<string>({
  name: "traces",
  share: 200_000,
  cases: broken(found.map(jsonText)),
  open: () => {
    let answer = "";
    const fetch = () => Promise.resolve(new Response(answer, { headers: { "content-type": "application/json" } }));
    const asked = [jaegerTraces, tempoTraces].map((open) => open({ url: "http://traces.test", fetch }));
    return Promise.resolve({
      async try(text) {
        answer = text;
        const search = { from: NOW - 300_000, to: NOW, limit: 3, signal: new AbortController().signal };
        for (const source of asked) await source.search("cart", search).catch(onlyToolErrors);
      },
      close: () => Promise.resolve(),
    });
  },
});

function onlyToolErrors(error: unknown): void {
  if (!(error instanceof Error && error.name === "ToolError")) throw error;
}
