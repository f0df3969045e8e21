import assert from "node:assert/strict";
import { until } from "../../tests/testing/wait.ts";
import { onChannel } from "../../tests/testing/on_channel.ts";

const SECRET = `whsec_${new Uint8Array(32).fill(7).toBase64()}`;

Deno.test("a webhook gets a page once, again with the same id after a failure, and its refusal is told", async () => {
  const got: { id: string; kind: string; code: string }[] = [];
  let status = 503;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { kind, incident } = await request.json();
    got.push({ id: request.headers.get("webhook-id")!, kind, code: incident?.code });
    return new Response(null, { status });
  });
  const address = `http://127.0.0.1:${server.addr.port}/private-part-of-the-address`;
  try {
    await onChannel({ WEBHOOK_URL: address, WEBHOOK_SECRET: SECRET }, async (agent) => {
      const code = await agent.fire();
      await until("the page was refused for now", () => got.length > 0);
      status = 204;
      await until(
        "the page was taken",
        async () =>
          (await agent.incident(code)).notifications.some((n) => n.channel === "webhook" && n.state === "sent"),
      );
      assert.ok(got.length >= 2);
      assert.deepEqual([...new Set(got.map(({ id, kind, code }) => `${id} ${kind} ${code}`))].length, 1);

      status = 410;
      await agent.end();
      const failed = await until(
        "the refusal was told",
        async () => (await agent.incident(code)).timeline.find((entry) => entry.kind === "not_delivered"),
      );
      assert.match(failed.text, /^Not delivered on webhook: resolved\. the webhook's receiver answered 410/);
      assert.ok(agent.lines.every((line) => !line.includes("private-part") && !line.includes(SECRET)));
    });
  } finally {
    await server.shutdown();
  }
});

for (
  const [given, other] of [[{ WEBHOOK_SECRET: SECRET }, "WEBHOOK_URL"], [
    { WEBHOOK_URL: "https://a.example" },
    "WEBHOOK_SECRET",
  ]] as const
) {
  Deno.test(`a half configured webhook says in one line that ${other} is missing`, () =>
    onChannel(given as Record<string, string>, (agent) => {
      const lines = agent.lines.filter((line) => line.startsWith("The webhook is skipped"));
      assert.deepEqual(lines, [`The webhook is skipped: set ${other} to enable it {}`]);
      return Promise.resolve();
    }));
}
