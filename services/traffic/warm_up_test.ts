import assert from "node:assert/strict";
import { createPacer } from "./pacer.ts";
import { defaultOptions } from "./settings.ts";
import { warmUp } from "./warm_up.ts";

function origin() {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    requests++;
    return request.body?.cancel().then(() => new Response("{}")) ?? new Response("{}");
  });
  return { server, requests: () => requests, url: `http://127.0.0.1:${server.addr.port}` };
}

Deno.test("warmUp() ends by itself and sends nothing to the service", async () => {
  const { server, requests, url } = origin();
  const pacer = createPacer();
  await warmUp(defaultOptions({ url, putFrac: 0.5, payloadKb: 1_000, rps: 3_000 }), pacer);
  pacer.close();
  assert.equal(requests(), 0);
  await server.shutdown();
});
