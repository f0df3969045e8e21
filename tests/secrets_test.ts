import assert from "node:assert/strict";
import { join } from "node:path";
import { allIncidents, deliver, getJson, idle, ofGroup } from "./testing/agent.ts";
import { FAKE_JIRA, startFakeJira } from "./testing/fake_jira.ts";
import { FAKE_ACCOUNT, runRole, startRole, tempFolder } from "./testing/mod.ts";
import { plant, type Planted } from "./testing/planted.ts";

const OWN = {
  OPENAI_API_KEY: "ownmodelkeyQ7wJ2mZp9Rt4",
  JIRA_API_TOKEN: FAKE_JIRA.apiToken,
  GITHUB_TOKEN: "owngithubtokenH6sDf1KgWa",
  TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
};
const place = {
  labels: plant("label", 16),
  annotations: plant("annotation", 20),
  urls: plant("url", 4),
  logs: plant("log", 25),
  code: plant("code", 12),
  model: plant("model", 15),
  messages: plant("message", 12),
};

/** Everything around the agent in one server, which keeps what it is sent. */
function world(jira: string) {
  const received: { readonly path: string; readonly headers: string; readonly body: string }[] = [];
  const said = place.model.map(({ text }) => text);
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const headers = [...request.headers].filter(([name]) => name !== "authorization").map((pair) => pair.join(": "));
    const body = await request.text();
    received.push({ path: pathname + search, headers: headers.join("\n"), body });
    if (pathname === "/logs/tail") {
      const timestamp = new Date().toISOString();
      const entries = place.logs.map(({ text }, i) => {
        const message = `Error: request ${i} failed: ${text}\n    at total (file:///srv/app/src/cart.ts:${i + 1}:7)`;
        return { timestamp, pid: 1, level: "ERROR", message };
      });
      return Response.json({ entries, count: entries.length });
    }
    if (pathname.endsWith("/chat/completions")) return Response.json(completion(body, said));
    if (pathname.startsWith("/api/v1/")) {
      return Response.json({ status: "success", data: { resultType: "vector", result: [] } });
    }
    if (pathname === "/api/v2/silences" && request.method === "POST") return Response.json({ silenceID: "s1" });
    if (pathname.startsWith("/api/v2/")) return Response.json([]);
    if (pathname.endsWith("/Messages.json") && request.method === "POST") {
      return Response.json({ sid: `SM${crypto.randomUUID().replaceAll("-", "")}`, status: "queued" }, { status: 201 });
    }
    if (pathname.startsWith("/rest/")) {
      const { method, headers } = request;
      return await fetch(jira + pathname + search, { method, headers, ...(body === "" ? {} : { body }) });
    }
    // What others refuse with, they refuse with words of their own.
    return new Response(place.model[0]!.text, { status: 404 });
  });
  return { url: `http://127.0.0.1:${server.addr.port}`, received, stop: () => server.shutdown() };
}

/** What a model says that repeats every secret it was never shown. */
function completion(body: string, said: readonly string[]) {
  const asksTools = body.includes('"send_diagnosis"');
  const diagnosis = {
    verdict: "cause_found",
    root_cause: `The cart cannot reach its store (${said.slice(0, 8).join("; ")}).`,
    affected_file: "src/cart.ts",
    line_number: 1,
    suggested_fix: `Set ${said.slice(8).join(" and ")}.`,
    priority: "high",
    next_steps: said.map((text) => `Check ${text}`),
    claims: [{ text: `request 0 failed: ${said[0]}`, evidence: ["E1"] }],
  };
  const call = {
    id: "c1",
    type: "function",
    function: { name: "send_diagnosis", arguments: JSON.stringify(diagnosis) },
  };
  const message = asksTools
    ? { role: "assistant", content: said.join("\n"), tool_calls: [call] }
    : { role: "assistant", content: `It is so: ${said.join(". ")}.` };
  return {
    id: "1",
    choices: [{ index: 0, message, finish_reason: asksTools ? "tool_calls" : "stop" }],
    usage: { prompt_tokens: 1, completion_tokens: 1 },
  };
}

Deno.test("none of 100 planted secrets is written, sent or answered by the executables", async () => {
  const all: Planted[] = [
    ...Object.values(place).flat(),
    ...Object.values(OWN).map((secret) => ({ text: secret, secret })),
  ];
  assert.ok(all.length >= 100, `${all.length} are planted`);
  await using folder = await tempFolder();
  const jira = startFakeJira();
  const around = world(jira.url);
  for (const name of ["src", "config"]) await Deno.mkdir(join(folder.path, name));
  const code = place.code.map(({ text }, i) => `const setting${i} = ${JSON.stringify(text)};`).join("\n");
  await Deno.writeTextFile(join(folder.path, "src/cart.ts"), `${code}\n`);
  await Deno.writeTextFile(
    join(folder.path, "config/oncall.yaml"),
    `services:
  - name: cart
    match: [{ service: cart }]
    logs: { source: balancer }
    code: { source: checkout, include: [src/**], frames: [{ pattern: '/srv/app/(src/.*)$', path: $1 }] }
`,
  );
  const { host } = new URL(around.url);
  const env = {
    ...OWN,
    PROM_URL: `http://app:${place.urls[0]!.secret}@${host}`,
    LB_URL: around.url,
    PM_URL: around.url,
    ALERTMANAGER_URL: `http://app:${place.urls[1]!.secret}@${host}`,
    OPENAI_BASE_URL: `${around.url}/v1`,
    OPENAI_MODEL: "a-model",
    TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
    TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
    USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
    TWILIO_BASE_URL: around.url,
    JIRA_URL: around.url,
    JIRA_EMAIL: FAKE_JIRA.email,
    JIRA_PROJECT_KEY: FAKE_JIRA.project,
    CODE_ROOT: ".",
  };
  const texts: Record<string, string> = {};
  try {
    const agent = await startRole("agent", { cwd: folder.path, env });
    try {
      const named = (all: readonly Planted[], word: string) =>
        Object.fromEntries(all.map(({ text }, i) => [`${word}${i}`, text]));
      const labels = { alertname: "CartDown", service: "cart", severity: "critical", ...named(place.labels, "note") };
      const annotations = { summary: "cart is down", ...named(place.annotations, "info") };
      const [, , third, fourth] = place.urls;
      const generatorURL = `http://prometheus/graph?g0.expr=up&token=${third!.secret}`;
      const externalURL = `http://admin:${fourth!.secret}@alertmanager:9093`;
      await deliver(agent.url, ofGroup("cart", [{ labels, annotations, generatorURL } as never], { externalURL }));
      await idle(agent.url);
      const [incident] = await allIncidents(agent.url);
      assert.ok(incident?.diagnosis, "it was diagnosed");
      const messages = [
        ...place.messages.map(({ text }) => `what about ${text}?`),
        `comment ${place.messages[0]!.text}`,
        "create Jira task",
        "silence 30m",
        "why",
        "logs",
        "status",
      ];
      for (const text of messages) {
        const headers = { "content-type": "application/json" };
        const sent = await fetch(`${agent.url}/api/incidents/${incident.id}/messages`, {
          method: "POST",
          headers,
          body: JSON.stringify({ text }),
        });
        texts[`answer to ${text.slice(0, 12)}`] = await sent.text();
      }
      await idle(agent.url);
      const pages = [
        "/",
        "/incidents",
        `/incidents/${incident.code}`,
        `/incidents/${incident.code}/postmortem.md`,
        "/agent",
      ];
      const api = [
        `/api/incidents?q=cart`,
        `/api/incidents/${incident.id}`,
        "/api/services",
        "/api/doctor",
        "/healthz",
        "/metrics",
      ];
      for (const path of [...pages, ...api]) texts[path] = await (await fetch(agent.url + path)).text();
      assert.match(texts[`/incidents/${incident.code}`]!, /\[redacted /, "what stood there is marked");
      const { code } = incident;
      for (
        const args of [["show", code], ["incidents"], ["status"], ["doctor"], ["postmortem", code], [
          "show",
          code,
          "--json",
        ]]
      ) {
        const { stdout, stderr } = await runRole("cli", {
          cwd: folder.path,
          env,
          args: [...args, "--agent-url", agent.url],
        });
        texts[`oncall ${args.join(" ")}`] = stdout + stderr;
      }
      await getJson(`${agent.url}/healthz`);
      texts["output of the agent"] = agent.output();
    } finally {
      await agent.stop();
    }
  } finally {
    await around.stop();
    await jira.stop();
  }
  for (const { path, headers, body } of around.received) {
    texts[`sent to ${path.slice(0, 60)} #${Object.keys(texts).length}`] = [path, headers, plain(body)].join("\n");
  }
  assert.ok(around.received.some(({ path }) => path.endsWith("/Messages.json")), "a message was sent");
  assert.ok(around.received.some(({ path }) => path.endsWith("/chat/completions")), "the model was asked");
  assert.ok(around.received.some(({ path }) => path.endsWith("/issue")), "a ticket was made");
  for (const name of ["run", "logs"]) await filesOf(join(folder.path, name), texts);
  const found = all.flatMap(({ text, secret }) =>
    Object.entries(texts).filter(([, told]) => told.toLowerCase().includes(secret.toLowerCase()))
      .map(([where]) => `${where}: ${secret} of ${text}`)
  );
  assert.deepEqual(found, [], `${found.length} found, of ${all.length} planted in ${Object.keys(texts).length} texts`);
});

/** A body as a person reads it: forms are encoded. */
function plain(body: string): string {
  try {
    return `${body}\n${decodeURIComponent(body.replaceAll("+", " "))}`;
  } catch {
    return body;
  }
}

async function filesOf(folder: string, texts: Record<string, string>): Promise<void> {
  try {
    for await (const { name, isFile, isDirectory } of Deno.readDir(folder)) {
      const path = join(folder, name);
      if (isDirectory) await filesOf(path, texts);
      else if (isFile) texts[`file ${name}`] = new TextDecoder("latin1").decode(await Deno.readFile(path));
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}
