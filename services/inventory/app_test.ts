import assert from "node:assert/strict";
import { inFolder, withInstance } from "./testing/instance.ts";

const widget = { name: "Widget", price: 2.5, manufacturer: "Acme" };

Deno.test("PUT /items/{id} stores what GET answers, when new and when replaced", async () => {
  await withInstance({}, async ({ get, send }) => {
    assert.equal((await get("/items/1")).status, 404);
    assert.deepEqual((await send("PUT", "/items/1", widget)).body, { id: "1", ...widget });
    assert.deepEqual((await get("/items/1")).body, { id: "1", ...widget });
    await send("PUT", "/items/1", { ...widget, price: 3 });
    assert.deepEqual((await get("/items/1")).body, { id: "1", ...widget, price: 3 });
    assert.equal((await get("/items/1?x=y")).status, 200);
    assert.equal((await get("/items/%31")).status, 200);
  });
});

Deno.test("PUT /items/{id} answers 422 with every field's name when the item is wrong, and changes nothing", async () => {
  await withInstance({}, async ({ get, send }) => {
    const wrong = await send("PUT", "/items/1", { name: "", price: -1, colour: "red" });
    assert.equal(wrong.status, 422);
    for (const field of ["name", "price", "manufacturer", "colour"]) {
      assert.match(String(wrong.body.message), new RegExp(field));
    }
    assert.equal((await send("PUT", "/items/1", "{")).status, 400);
    assert.equal((await send("PUT", "/items/1", { ...widget, name: "x".repeat(2 ** 20) })).status, 413);
    assert.equal((await send("PUT", "/items/a%20b", widget)).status, 422);
    assert.equal((await get("/items/1")).status, 404);
  });
});

Deno.test("GET /items/{id} answers at once what another instance wrote", async () => {
  await inFolder((folder) =>
    withInstance({ folder }, (one) =>
      withInstance({ folder }, async (two) => {
        for (let price = 1; price <= 50; price++) {
          await one.send("PUT", "/items/shared", { ...widget, price });
          assert.equal((await two.get("/items/shared")).body.price, price);
        }
      }))
  );
});

Deno.test("GET /random-endpoint fails in pricing.ts, and so does the trigger error, but no other", async () => {
  await withInstance({}, async ({ get }) => {
    for (const path of ["/random-endpoint", "/random-endpoint/error"]) {
      const answer = await get(path);
      assert.deepEqual([answer.status, answer.body.error], [500, "internal_error"]);
    }
    for (const trigger of ["ok", "anything", "__proto__", "constructor"]) {
      assert.equal((await get(`/random-endpoint/${trigger}`)).status, 200);
    }
    const { count, entries } = (await get("/logs/tail")).body as { count: number; entries: { message: string }[] };
    assert.equal(count, 2);
    const [first, second] = entries.map((entry) => entry.message);
    assert.match(first!, /^inv1 GET \/random-endpoint failed: TypeError: Cannot read properties of null/);
    assert.match(second!, /^inv1 GET \/random-endpoint\/\{trigger\} failed: TypeError/);
    const line = /services\/inventory\/pricing\.ts:(\d+)/.exec(first!)?.[1];
    const code = (await Deno.readTextFile(new URL("pricing.ts", import.meta.url))).split("\n")[Number(line) - 1];
    assert.match(code!, /tierFor\(supplier, line\.quantity\)!\.percent/);
  });
});

Deno.test("POST /faults answers the fault in force and refuses others by field, changing nothing", async () => {
  await withInstance({}, async ({ send, get }) => {
    const set = async (body: unknown) => {
      const { status, body: answer } = await send("POST", "/faults", body);
      return [status, status === 200 ? answer : answer.message] as const;
    };
    assert.deepEqual(await set({ mode: "errors", p_error: 1 }), [200, { mode: "errors", p_error: 1 }]);
    for (
      const [body, field] of [
        [{ mode: "errors", p_error: 7 }, "p_error"],
        [{ mode: "nonsense" }, "mode"],
        [{}, "mode"],
        [{ mode: "latency", latency_ms: "5" }, "latency_ms"],
        [{ mode: "cpu", cpu_ms: -1 }, "cpu_ms"],
        [{ mode: "none", speed: 1 }, "speed"],
      ] as const
    ) {
      const [status, message] = await set(body);
      assert.equal(status, 400);
      assert.match(String(message), new RegExp(field));
    }
    assert.equal((await send("POST", "/faults", "no json")).status, 400);
    assert.equal((await get("/items/1")).status, 500);
    assert.deepEqual(await set({ mode: "latency", latency_ms: 5 }), [200, { mode: "latency", latency_ms: 5 }]);
    assert.deepEqual(await set({ mode: "cpu", cpu_ms: 5 }), [200, { mode: "cpu", cpu_ms: 5 }]);
    assert.deepEqual(await set({ mode: "none" }), [200, { mode: "none" }]);
    assert.equal((await get("/items/1")).status, 404);
  });
});

Deno.test("A fault fails business routes and no others, and its log entry has no stack", async () => {
  await withInstance({ fault: "oom_safe" }, async ({ get, send }) => {
    for (const path of ["/items/1", "/random-endpoint", "/random-endpoint/ok"]) {
      assert.equal((await get(path)).status, 500);
    }
    assert.equal((await send("PUT", "/items/1", widget)).status, 500);
    for (const path of ["/healthz", "/metrics"]) assert.equal((await get(path)).status, 200);
    const { entries } = (await get("/logs/tail")).body as { entries: { message: string }[] };
    assert.equal(entries.length, 4);
    for (const { message } of entries) assert.match(message, /^inv1 [A-Z]+ \S+ failed: RangeError: [^\n]+$/);
  });
});

Deno.test("Fault crash ends the process with 137 at the next business request only", async () => {
  await withInstance({ fault: "crash" }, async ({ get, exits }) => {
    await get("/healthz");
    assert.deepEqual(exits, []);
    await get("/items/1");
    assert.deepEqual(exits, [137]);
  });
});

Deno.test("GET /metrics counts business routes by template, method and status", async () => {
  await withInstance({ service: "inv7" }, async ({ get, send }) => {
    await send("PUT", "/items/1", widget);
    for (const path of ["/items/1", "/items/1", "/items/2", "/random-endpoint/error", "/nowhere", "/healthz"]) {
      await get(path);
    }
    const { text } = await get("/metrics");
    const has = (line: string) => assert.ok(text.includes(`${line}\n`), `${line}\n\n${text}`);
    has('http_requests_total{service="inv7",method="GET",route="/items/{id}",status="200"} 2');
    has('http_requests_total{service="inv7",method="GET",route="/items/{id}",status="404"} 1');
    has('http_requests_total{service="inv7",method="PUT",route="/items/{id}",status="200"} 1');
    has('http_requests_total{service="inv7",method="GET",route="unmatched",status="404"} 1');
    has('http_errors_total{service="inv7",route="/random-endpoint/{trigger}",status="500"} 1');
    has('http_errors_total{service="inv7",route="/items/{id}",status="500"} 0');
    has('http_request_duration_seconds_count{service="inv7",route="/items/{id}",method="GET"} 3');
    has('http_request_duration_seconds_bucket{le="5",service="inv7",route="/items/{id}",method="GET"} 3');
    has('inventory_items{service="inv7"} 1');
    assert.ok(!text.includes("/healthz"));
    assert.match(text, /process_resident_memory_bytes \d+/);
  });
});

Deno.test("GET /logs/tail has no entries without a log and refuses wrong parameters by name", async () => {
  await withInstance({}, async ({ get }) => {
    assert.deepEqual((await get("/logs/tail?seconds=300&limit=20")).body, { entries: [], count: 0 });
    for (const [query, field] of [["seconds=0", "seconds"], ["limit=x", "limit"], ["lines=4", "lines"]] as const) {
      const answer = await get(`/logs/tail?${query}`);
      assert.equal(answer.status, 400);
      assert.match(String(answer.body.message), new RegExp(field));
    }
  });
});

Deno.test("GET /healthz says who answers, and unknown routes are 404", async () => {
  await withInstance({}, async ({ get, port }) => {
    const { body } = await get("/healthz");
    assert.deepEqual([body.ok, body.name, body.service, body.port, body.pid], [
      true,
      "oncall-inventory",
      "inv1",
      port,
      Deno.pid,
    ]);
    assert.deepEqual((await get("/nowhere")).body.error, "not_found");
  });
});
