import assert from "node:assert/strict";
import { until } from "../../tests/testing/wait.ts";
import { onChannel } from "../../tests/testing/on_channel.ts";

const TOKEN = "fake-ntfy-token-of-a-test";

Deno.test("ntfy gets a page that rings after a failure, its end quietly, and a refusal is told in ntfy's words", async () => {
  const got: Record<string, unknown>[] = [];
  let faults = 1;
  let refuse = false;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const body = await request.json();
    if (request.headers.get("authorization") !== `Bearer ${TOKEN}` || refuse) {
      return Response.json({ code: 40301, http: 403, error: "forbidden" }, { status: 403 });
    }
    if (faults-- > 0) {
      return Response.json({ error: "limit reached" }, { status: 429, headers: { "retry-after": "1" } });
    }
    got.push(body);
    return Response.json({ id: "hwQ2YpKdmg3x", event: "message", topic: body.topic });
  });
  const env = {
    NTFY_URL: `http://127.0.0.1:${server.addr.port}`,
    NTFY_TOPIC: "oncall-shop",
    NTFY_TOKEN: TOKEN,
    CONSOLE_URL: "https://oncall.example",
  };
  try {
    await onChannel(env, async (agent) => {
      const code = await agent.fire();
      const page = await until("the page is pushed", () => got[0]);
      const { id } = await agent.incident(code);
      const link = `https://oncall.example/incidents/${id}`;
      assert.deepEqual([page.topic, page.priority, page.click], ["oncall-shop", 5, link]);
      assert.deepEqual(page.actions, [{ action: "view", label: "Open", url: link }]);
      assert.deepEqual(page.tags, ["rotating_light"]);
      assert.match(String(page.title), new RegExp(`^${code} CRITICAL inventory: InventoryHighErrorRate`));
      assert.match(String(page.message), /^CRITICAL InventoryHighErrorRate/);
      refuse = true;
      await agent.end();
      const told = await until(
        "the refusal was told",
        async () => (await agent.incident(code)).timeline.find((entry) => entry.kind === "not_delivered"),
      );
      assert.match(told.text, /^Not delivered on ntfy: resolved\. ntfy answered 403: forbidden: check NTFY_TOKEN/);
      assert.ok(agent.lines.every((line) => !line.includes(TOKEN)));
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("a half configured ntfy says in one line what is missing", () =>
  onChannel({ NTFY_TOKEN: TOKEN }, (agent) => {
    const lines = agent.lines.filter((line) => line.startsWith("ntfy"));
    assert.deepEqual(lines, ["ntfy is skipped: set NTFY_TOPIC to enable it {}"]);
    return Promise.resolve();
  }));
