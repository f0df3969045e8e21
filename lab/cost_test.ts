import assert from "node:assert/strict";
import { howManyAtOnce, secondsOfOne } from "./cost.ts";

Deno.test("howManyAtOnce() makes the last answer come as late on a fast machine as on a slow one", () => {
  const cases: [number, number][] = [[2, 1], [0.9, 1], [0.89, 2], [0.45, 2], [0.3, 3], [0.1, 9], [0.001, 20], [0, 20]];
  for (const [oneTakes, count] of cases) assert.equal(howManyAtOnce(oneTakes, 0.9), count, `${oneTakes} s`);
});

Deno.test("secondsOfOne() measures a request, and goes on when nobody answers", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => {
    requests++;
    return new Response("done");
  });
  const url = `http://127.0.0.1:${server.addr.port}/`;
  assert.ok(await secondsOfOne(url, new AbortController().signal) > 0);
  assert.equal(requests, 3);
  await server.shutdown();
  assert.ok(await secondsOfOne(url, new AbortController().signal) < Infinity);
});
