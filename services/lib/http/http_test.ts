import assert from "node:assert/strict";
import { Hono } from "hono";
import * as v from "valibot";
import { ApiError, jsonBody, onError, onNotFound, readBounded } from "./mod.ts";

function app(reports: Error[] = []) {
  const schema = v.strictObject({ replicas: v.pipe(v.number(), v.integer(), v.minValue(0)), name: v.string() });
  return new Hono()
    .post("/scale", async (c) => c.json(await jsonBody(c, schema)))
    .get("/taken", () => {
      throw new ApiError(409, "port_taken", "Stop it first.", { port: 1 });
    })
    .get("/broken", () => {
      throw new TypeError("boom");
    })
    .notFound(onNotFound).onError(onError((error) => reports.push(error)));
}

Deno.test("jsonBody() names every wrong field when the body does not fit", async () => {
  const response = await app().request("/scale", { method: "POST", body: '{"replicas": -1, "extra": 1}' });
  assert.equal(response.status, 400);
  const body = await response.json();
  assert.equal(body.error, "invalid_input");
  for (const field of ["replicas", "name", "extra"]) assert.match(body.message, new RegExp(field));
});

Deno.test("jsonBody() answers 400 invalid_json when the body is not JSON", async () => {
  const response = await app().request("/scale", { method: "POST", body: "{" });
  assert.deepEqual([response.status, (await response.json()).error], [400, "invalid_json"]);
});

Deno.test("onError() answers an ApiError as it is and reports anything else", async () => {
  const reports: Error[] = [];
  const taken = await app(reports).request("/taken");
  assert.deepEqual([taken.status, await taken.json()], [409, {
    error: "port_taken",
    message: "Stop it first.",
    port: 1,
  }]);
  assert.equal((await app(reports).request("/broken")).status, 500);
  assert.deepEqual(reports.map((e) => e.message), ["boom"]);
});

Deno.test("onNotFound() answers 404 with the error body", async () => {
  const response = await app().request("/nowhere");
  assert.deepEqual([response.status, (await response.json()).error], [404, "not_found"]);
});

Deno.test("readBounded() reads a body up to its limit, letters cut between pieces included, and says when there is more", async () => {
  const body = (...pieces: readonly number[][]) =>
    new Response(ReadableStream.from(pieces.map((p) => new Uint8Array(p)))).body;
  assert.deepEqual(await readBounded(body([0xc3], [0xa9, 33]), 3), { text: "é!", cut: false });
  assert.deepEqual(await readBounded(body([65, 66], [67]), 2), { text: "AB", cut: true });
  assert.deepEqual(await readBounded(null, 2), { text: "", cut: false });
});
