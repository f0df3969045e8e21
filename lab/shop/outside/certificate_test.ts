import assert from "node:assert/strict";
import { startAcquirer } from "./acquirer.ts";

const DAY = 86_400_000;

Deno.test("startAcquirer() is trusted by its authority's certificate until its own has expired", async () => {
  const probe = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = probe.addr;
  probe.close();
  const acquirer = await startAcquirer(port, { key: "k", limit: 10, answersInMs: 1 });
  const client = Deno.createHttpClient({ caCerts: [acquirer.ca] });
  const ask = (key: string) =>
    fetch(`https://127.0.0.1:${port}/v1/authorizations`, {
      client,
      method: "POST",
      body: "{}",
      headers: { authorization: `Bearer ${key}`, connection: "close" },
    });
  try {
    const good = await ask("k");
    assert.deepEqual([good.status, typeof (await good.json()).reference], [201, "string"]);
    const bad = await ask("other");
    assert.deepEqual([bad.status, (await bad.json()).code], [401, "invalid_api_key"]);
    await acquirer.serve(new Date(Date.now() - DAY));
    await assert.rejects(ask("k"), /certificate|expired/i);
  } finally {
    client.close();
    await acquirer.stop();
  }
});
