import assert from "node:assert/strict";
import { ConfigurationError } from "../configuration/mod.ts";
import { identity, serve } from "./serve.ts";

Deno.test("serve() finishes requests in flight when stopped", async () => {
  const { promise: entered, resolve: enter } = Promise.withResolvers<void>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const server = await serve(async () => {
    enter();
    await gate;
    return new Response("done");
  }, { hostname: "127.0.0.1", port: 0 });
  const answer = fetch(`http://127.0.0.1:${server.addr.port}/`);
  await entered;
  const stopped = server.stop();
  open();
  assert.equal(await (await answer).text(), "done");
  await stopped;
  await server.stop();
});

Deno.test("serve() says who has the port when it is taken", async () => {
  const first = await serve(() => Response.json(identity("oncall-test")), { hostname: "127.0.0.1", port: 0 });
  const second = serve(() => new Response(), { hostname: "127.0.0.1", port: first.addr.port });
  await assert.rejects(second, (error: Error) => {
    assert(error instanceof ConfigurationError);
    assert.match(error.message, new RegExp(`port ${first.addr.port} is taken by oncall-test .*process ${Deno.pid}`));
    return true;
  });
  await first.stop();
});
