import assert from "node:assert/strict";
import { join } from "node:path";
import { readSettings } from "../lib/configuration/mod.ts";
import { sentDelivery } from "./intake/testing/deliveries.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

/** What must not be found in any file afterwards; small letters, since the search index holds words in those. */
const SECRETS = {
  token: "ghp_0abcdefghijklmnopqrstuvwxyz123456789",
  password: "tr0ub4dor9x",
  cookie: "c00k1evalue",
  bearer: "abc.def-1234567",
  card: "4111111111111111",
  mail: "ravi.k77@example.co.uk",
  apiKey: "zz9pluralzalpha",
};
const TEXT = `line\n${SECRETS.token} Cookie: sid=${SECRETS.cookie}\npostgres://bob:${SECRETS.password}@db/x ` +
  `Authorization: Bearer ${SECRETS.bearer}, card ${SECRETS.card} of ${SECRETS.mail} api_key=${SECRETS.apiKey}`;
const LABELS = {
  instance: "127.0.0.1:8001",
  dsn: `postgres://bob:${SECRETS.password}@db.x/a`,
  session: SECRETS.apiKey,
};

interface SentSilence {
  readonly matchers: readonly { name: string; value: string; isRegex: boolean }[];
}

Deno.test("start() keeps no secret in its store: of an alert, an investigation, messages and a silence", async () => {
  const folder = await Deno.makeTempDir();
  const silences: SentSilence[] = [];
  // Every other system in one: Alertmanager takes silences, and logs are as secret as the alert.
  const around = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/logs/tail") {
      const entry = { timestamp: new Date().toISOString(), pid: 1, level: "ERROR", message: `Error: ${TEXT}` };
      return Response.json({ entries: [entry], count: 1 });
    }
    if (pathname !== "/api/v2/silences" || request.method !== "POST") return new Response("no", { status: 404 });
    // It takes the first one and has words for the second.
    return silences.push(await request.json()) === 1
      ? Response.json({ silenceID: "s1" })
      : new Response(TEXT, { status: 400 });
  });
  const other = `http://127.0.0.1:${around.addr.port}`;
  const env: Record<string, string> = {
    AGENT_PORT: "0",
    RUN_DIR: join(folder, "run"),
    PROM_URL: other,
    LB_URL: other,
    ALERTMANAGER_URL: other,
    PM_URL: other,
  };
  const agent = await start(readSettings(program, settings, { args: [], env: (name) => env[name], dotEnv: {} }));
  const url = `http://127.0.0.1:${agent.addr.port}`;
  const post = async (path: string, body: unknown) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${url}${path}`, { method: "POST", headers, body: JSON.stringify(body) });
    assert.ok(response.ok, await response.clone().text());
    return await response.json();
  };
  const idle = async () => {
    for (;;) {
      const { work, outbox } = await (await fetch(`${url}/healthz`)).json();
      const left = [work.queued, work.running, outbox.pending ?? 0, outbox.sending ?? 0, outbox.uncertain ?? 0];
      if (left.every((n) => n === 0)) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  try {
    const delivery = sentDelivery([{ labels: LABELS, annotations: { summary: TEXT, description: TEXT } }], {
      groupKey: `{}:{dsn=${JSON.stringify(LABELS.dsn)}}`,
      groupLabels: { dsn: LABELS.dsn },
      commonAnnotations: { summary: TEXT },
    });
    delivery.alerts[0]!.generatorURL = `http://prometheus:9090/graph?g0.expr=${encodeURIComponent(TEXT)}`;
    const { incident } = await post("/alerts", delivery);
    await idle();
    for (
      const text of [
        "silence 30m",
        "silence 1h",
        `comment ${TEXT}`,
        `what about ${TEXT}?`,
        `create Jira task about ${TEXT}`,
      ]
    ) {
      await post(`/api/incidents/${incident}/messages`, { text });
      await idle();
    }
    const record = await (await fetch(`${url}/api/incidents/${incident}`)).text();
    const logs = JSON.parse(record).tool_calls.filter((call: { tool: string }) => call.tool === "fetch_logs");
    assert.ok(logs.some((call: { ok: boolean }) => call.ok), "the logs were read");

    const [{ matchers }] = silences as [SentSilence, SentSilence];
    const labels: Record<string, string> = delivery.alerts[0]!.labels;
    assert.deepEqual(matchers.map(({ name }) => name).sort(), Object.keys(labels).sort());
    for (const { name, value, isRegex } of matchers) {
      // Go's (?s:…) as JavaScript's flag.
      const pattern = new RegExp(`^(?:${value.replaceAll("(?s:", "(?:")})$`, "s");
      assert.ok(isRegex ? pattern.test(labels[name]!) : value === labels[name], `${name} ${value}`);
    }
    assert.deepEqual(matchers.filter(({ isRegex }) => isRegex).map(({ name }) => name).sort(), ["dsn", "session"]);

    // While it runs what was written last stands in the WAL.
    const seen = record + await filesIn(join(folder, "run"));
    await agent.stop();
    const kept = seen + await filesIn(join(folder, "run"));
    assert.ok(kept.includes("postgres://[redacted password]@db.x/a"), "the files were read");
    for (const [kind, secret] of Object.entries(SECRETS)) {
      const at = kept.toLowerCase().indexOf(secret);
      assert.equal(at, -1, `${kind}: …${kept.slice(at - 200, at + 60)}…`);
    }
  } finally {
    await agent.stop();
    await around.shutdown();
    await Deno.remove(folder, { recursive: true });
  }
});

/** All files of a folder as text, byte by byte. */
async function filesIn(folder: string): Promise<string> {
  const names = (await Array.fromAsync(Deno.readDir(folder))).map((entry) => entry.name).sort();
  assert.deepEqual(names.filter((name) => /db$|db-wal$/.test(name)).slice(0, 1), ["oncall.db"]);
  const texts = await Promise.all(names.map((name) => Deno.readFile(join(folder, name))));
  return texts.map((bytes) => new TextDecoder("latin1").decode(bytes)).join("\n");
}
