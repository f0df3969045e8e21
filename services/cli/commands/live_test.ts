import assert from "node:assert/strict";
import { ago, type Answers, incident, NOW, oncall, rates } from "../testing/world.ts";

const encoder = new TextEncoder();

/** An agent whose incident goes through `views`, one with each event of its stream. */
function unfolding(views: readonly Record<string, unknown>[]): Answers {
  let at = 0;
  return {
    "GET 8088/api/incidents": () => ({ incidents: [views[at]], next: null }),
    "GET 8088/api/incidents/01HX": () => views[at],
    "GET 8088/api/events": () => {
      let timer = 0;
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(encoder.encode("retry: 2000\n: connected\n\n"));
          timer = setInterval(() => {
            if (at < views.length - 1) at++;
            controller.enqueue(encoder.encode('event: incident\r\ndata: {"id": "01HX"}\r\n\r\n'));
          }, 15);
        },
        cancel: () => clearInterval(timer),
      });
      return new Response(body);
    },
  };
}

const opened = {
  ...incident,
  state: "open",
  diagnosis: null,
  tool_calls: [],
  notifications: [],
  messages: [],
  tickets: [],
};
const investigating = { ...opened, state: "investigating", tool_calls: incident.tool_calls };
const diagnosed = { ...investigating, state: "diagnosed", diagnosis: incident.diagnosis };
const resolved = {
  ...diagnosed,
  state: "resolved",
  resolved_at: ago(10),
  messages: incident.messages,
  tickets: incident.tickets,
};

Deno.test("watch() tells each thing once, as it happens, until the incident is resolved", async () => {
  const { exitCode, out, error } = await oncall("watch K7QF", unfolding([opened, investigating, diagnosed, resolved]));
  assert.deepEqual([exitCode, error], [0, ""]);
  const order = [
    /incident +K7QF, critical/,
    /firing +InventoryHighErrorRate fires/,
    /asked +E2 +step 1 +compute_error_rate\(\) +ok +1000 ms +error_rate 0\.78/,
    /diagnosis +cause found, confidence 90\.0 %, by rules, 5\.0 s after it was received/,
    /Where +services\/inventory\/pricing\.ts:42/,
    /Next +1\. Roll back/,
    /Missing +the code/,
    /ticket +OPS-1/,
    /message +operator:cli: looking/,
    /state +resolved/,
  ];
  const places = order.map((expected) => {
    const places = [...out.matchAll(new RegExp(expected, "g"))];
    assert.equal(places.length, 1, `${expected} in\n${out}`);
    return places[0]!.index;
  });
  assert.deepEqual(places, places.toSorted((a, b) => a - b), out);
  assert.ok(!out.includes("\x1b"));
});

Deno.test("watch() ends at the diagnosis when told so, and prints JSON lines when asked", async () => {
  const answers = unfolding([opened, investigating, diagnosed]);
  const { exitCode, out } = await oncall("watch --until diagnosed --json", answers);
  assert.equal(exitCode, 0);
  const kinds = out.trim().split("\n").map((line) => JSON.parse(line).kind);
  assert.deepEqual(kinds, ["timeline", "tool_call", "state", "diagnosis", "state"]);
});

Deno.test("watch() does not take what was diagnosed before for what it waits for", async () => {
  const { exitCode } = await oncall("watch --until diagnosed --timeout 60", unfolding([diagnosed]), {
    now: passing(1_000),
  });
  assert.equal(exitCode, 1);
});

/** A clock that advances by `ms` at each reading. */
function passing(ms: number): () => Date {
  let at = NOW.getTime();
  return () => new Date(at += ms);
}

Deno.test("watch() says that the agent is away, and goes on where it was when it is back", async () => {
  const answers = unfolding([opened, resolved]);
  let calls = 0;
  const flaky = {
    ...answers,
    "GET 8088/api/events": (request: Request) => {
      calls++;
      if (calls === 1) return new Response('event: incident\ndata: {"id":"01HX"}\n\n');
      if (calls === 2) return new Response("", { status: 503 });
      return (answers["GET 8088/api/events"] as (request: Request) => Response)(request);
    },
  };
  const { exitCode, out } = await oncall("watch K7QF", flaky);
  assert.equal(exitCode, 0);
  assert.match(out, /the agent does not answer[^]*the agent answers again[^]*state +resolved/);
  assert.equal(out.match(/the agent does not answer/g)!.length, 1);
});

Deno.test("watch() ends with 0 when the user has seen enough", async () => {
  const interrupted = new AbortController();
  const answers = unfolding([opened]);
  const watched = oncall("watch", answers, {
    interrupted: interrupted.signal,
    write: (text) => {
      if (text.includes("K7QF")) interrupted.abort();
    },
  });
  assert.equal((await watched).exitCode, 0);
});

Deno.test("watch() says that it waits when nothing is open and no person looks at a live line", async () => {
  const nothing = {
    "GET 8088/api/incidents": { incidents: [], next: null },
    "GET 8088/api/events": () => new Response(": connected\n\n"),
  };
  const waiting = / waiting +no open incident$/m;
  const run = (line: string, deps = {}) => oncall(`${line} --timeout 60`, nothing, { now: passing(1_000), ...deps });
  assert.equal((await run("watch")).out.match(new RegExp(waiting, "gm"))?.length, 1);
  for (const line of ["watch --json", "watch --alert Another"]) assert.doesNotMatch((await run(line)).out, waiting);
  assert.doesNotMatch(
    (await oncall("watch", unfolding([opened]), { interrupted: AbortSignal.timeout(50) })).out,
    waiting,
  );
});

Deno.test("watch() draws the error rate below on a terminal, and gives the cursor back", async () => {
  const prometheus = {
    "GET 9090/api/v1/query": rates(5, 2),
    "GET 9090/api/v1/alerts": {
      data: { alerts: [{ labels: { alertname: "InventoryHighErrorRate" }, state: "firing", activeAt: ago(90) }] },
    },
  };
  const answers = { ...unfolding([opened, diagnosed, resolved]), ...prometheus };
  const { out } = await oncall("watch K7QF", answers, { isTerminal: true });
  assert.match(out, /errors 40\.0 %/);
  assert.match(out, /firing {2}InventoryHighErrorRate, for 1 min 30 s/);
  assert.ok(out.lastIndexOf("\x1b[?25h") > out.lastIndexOf("\x1b[?25l"));
});

Deno.test("watch() tells of one alert only when told so, and how long it must last, with the time since it began", async () => {
  const active = (name: string) => ({
    labels: { alertname: name },
    annotations: { summary: `${name} is so\x1b[2J` },
    state: "pending",
    activeAt: ago(20),
  });
  const prometheus = {
    "GET 9090/api/v1/query": rates(5, 2),
    "GET 9090/api/v1/alerts": { data: { alerts: [active("InventoryHighErrorRate"), active("Other")] } },
    "GET 9090/api/v1/rules": { data: { groups: [{ rules: [{ name: "InventoryHighErrorRate", duration: 60 }] }] } },
  };
  const answers = { ...unfolding([opened, diagnosed]), ...prometheus };
  const flags = "--alert InventoryHighErrorRate --elapsed --until diagnosed";
  const { exitCode, out } = await oncall(`watch ${flags}`, answers);
  assert.equal(exitCode, 0);
  assert.match(
    out,
    /^ *0:00 +pending +InventoryHighErrorRate: InventoryHighErrorRate is so.*; fires if that lasts 1 min$/m,
  );
  assert.match(
    out,
    /^ *0:00 +measured +inventory 5\.0 requests\/s +errors 40\.0 % +pending InventoryHighErrorRate, for 20 s, fires in 40 s$/m,
  );
  assert.match(out, /^ *-3:20 +received +incident K7QF/m);
  assert.ok(!out.includes("Other") && !out.includes("\x1b"), out);
  const another = await oncall("watch --alert Another --until diagnosed --timeout 60", answers, {
    now: passing(1_000),
  });
  assert.deepEqual([another.exitCode, /received|pending|Other/.test(another.out)], [1, false]);
});

Deno.test("watch() tells of an incident that fires again from there on, not of what was before", async () => {
  const again = {
    ...diagnosed,
    state: "investigating",
    timeline: [...incident.timeline, { at: ago(50), kind: "refired", text: "It fires again" }],
  };
  const call = { ...incident.tool_calls[0], id: "E9", started_at: ago(49), ended_at: ago(48) };
  const found = {
    ...again,
    state: "diagnosed",
    tool_calls: [...again.tool_calls, call],
    diagnosis: { ...incident.diagnosis, at: ago(47) },
  };
  const { exitCode, out } = await oncall("watch --until diagnosed", unfolding([again, found]));
  assert.equal(exitCode, 0);
  assert.match(out, /received[^]*It fires again[^]*asked +E9[^]*diagnosis +cause found.*, 3\.0 s after/);
  assert.ok(!out.includes("asked         E2") && out.match(/ diagnosis /g)?.length === 1, out);
});

Deno.test("reply() sends the text with its author and shows what is answered", async () => {
  const { exitCode, out, seen } = await oncall(["reply", "K7QF", "ack", "please", "--from", "ravi"], {
    "GET 8088/api/incidents/K7QF": incident,
    "POST 8088/api/incidents/01HX/messages": { ok: true, understood: ["ack"], replies: ["K7QF is acknowledged"] },
  });
  assert.deepEqual([exitCode, out], [0, "K7QF is acknowledged\n"]);
  const sent = seen.find(({ method }) => method === "POST")!;
  assert.deepEqual(sent.body, { text: "ack please", from: "ravi" });
});

/** What became of a message, as the agent's incident shows it: the action, and the answer to who asked. */
function became(state: string, answer: string | undefined, last_error: string | null = null) {
  const row = { channel: "jira", kind: "create_jira_ticket", state, attempts: 1, sent_at: null, text: "", last_error };
  const told = { ...row, channel: "conversation", kind: "reply", state: "sent", text: answer, last_error: null };
  const rows = [row, ...(answer === undefined ? [] : [told])];
  return { ...incident, notifications: rows.map((row) => ({ ...row, message_id: "m1" })) };
}

const TICKET_ASKED = { ok: true, message_id: "m1", understood: ["ticket"], replies: [], done: true };

Deno.test("reply() waits for what is done later, and for no longer than told", async () => {
  const looks = [became("pending", undefined), became("sending", undefined), became("sent", "OPS-2 was made")];
  const answers = {
    "GET 8088/api/incidents/K7QF": incident,
    "POST 8088/api/incidents/01HX/messages": TICKET_ASKED,
    "GET 8088/api/incidents/01HX": () => looks.length > 1 ? looks.shift() : looks[0],
  };
  const made = await oncall("reply K7QF ticket", answers);
  assert.deepEqual([made.exitCode, made.out], [0, "OPS-2 was made\n"]);
  const never = { ...answers, "GET 8088/api/incidents/01HX": became("pending", undefined) };
  const late = await oncall("reply K7QF ticket --wait 5", never, { now: passing(1_000) });
  assert.deepEqual([late.exitCode, late.out], [1, "Sent to K7QF; no answer yet: oncall show K7QF\n"]);
});

Deno.test("reply() ends with 1 when nothing was done, and says why", async () => {
  const cases: [said: unknown, view: unknown, told: string][] = [
    [TICKET_ASKED, became("cancelled", "Nothing was done. Jira is not configured."), "Nothing was done. Jira is not"],
    [TICKET_ASKED, became("failed", "Creating the ticket failed."), "failed"],
    [TICKET_ASKED, became("pending", "It is delayed: 503. Retrying.", "503"), "is delayed"],
    [{ ...TICKET_ASKED, replies: ["I did not understand that"], done: false }, incident, "did not understand"],
  ];
  for (const [said, view, told] of cases) {
    const answers = {
      "GET 8088/api/incidents/K7QF": incident,
      "POST 8088/api/incidents/01HX/messages": said,
      "GET 8088/api/incidents/01HX": view,
    };
    const { exitCode, out } = await oncall("reply K7QF ticket", answers);
    assert.deepEqual([exitCode, out.includes(told)], [1, true], out);
    const json = await oncall("reply K7QF ticket --json", answers);
    assert.deepEqual([json.exitCode, JSON.parse(json.out).done], [1, false]);
  }
});

Deno.test("reply() sends the token where there is one, to the agent only", async () => {
  const env = (name: string) => name === "CONSOLE_TOKEN" ? "secret-token" : undefined;
  const { seen, out, error } = await oncall("reply K7QF ack", { "GET 8088/api/incidents/K7QF": incident }, { env });
  assert.ok(seen.every(({ headers }) => headers.get("authorization") === "Bearer secret-token"));
  assert.ok(!`${out}${error}`.includes("secret-token"));
  const scaled = await oncall("scale 1", { "POST 7070/scale": { replicas: 1 } }, { env });
  assert.equal(scaled.seen[0]!.headers.get("authorization"), null);
});

Deno.test("silence() says what one would say on the phone, and refuses what is no duration", async () => {
  const answers = {
    "GET 8088/api/incidents/K7QF": incident,
    "POST 8088/api/incidents/01HX/messages": { ok: true, understood: ["silence"], replies: ["done"] },
  };
  const textOf = async (line: string) => (await oncall(line, answers)).seen.find((r) => r.method === "POST")!.body;
  assert.deepEqual(await textOf("silence K7QF 30m"), { text: "silence 30m" });
  assert.deepEqual(await textOf("silence K7QF --end"), { text: "unsilence" });
  for (const line of ["silence K7QF", "silence K7QF soon", "silence K7QF 3m --end"]) {
    const { exitCode, seen } = await oncall(line, answers);
    assert.deepEqual([exitCode, seen.length], [2, 0], line);
  }
});

const entry = (n: number, message = `boom ${n}`) => ({
  timestamp: `2026-03-01 11:59:0${n},000`,
  pid: 7,
  level: "ERROR",
  message,
});

Deno.test("logs() prints entries with their stacks, newest last", async () => {
  const answers = {
    "GET 9000/logs/tail": { entries: [entry(1), entry(2, "TypeError: x\n    at f (a.ts:1:2)\x1b[2J")], count: 2 },
  };
  const { exitCode, out, seen } = await oncall("logs -s 60 -n 5", answers);
  assert.equal(exitCode, 0);
  assert.equal(
    out,
    "2026-03-01 11:59:01,000 7 ERROR boom 1\n2026-03-01 11:59:02,000 7 ERROR TypeError: x\n    at f (a.ts:1:2)\ufffd[2J\n",
  );
  assert.match(seen[0]!.url, /\/logs\/tail\?seconds=60&limit=5$/);
  assert.equal(
    (await oncall("logs", { "GET 9000/logs/tail": { entries: [] } })).out,
    "The inventory logged no errors in the last 300 s.\n",
  );
});

Deno.test("logs() goes on with what is new when following, each entry as often as it was logged", async () => {
  const interrupted = new AbortController();
  const looks = [[entry(1)], [entry(1), entry(2), entry(2)], [entry(1), entry(2), entry(2)], [
    entry(2),
    entry(2),
    entry(3),
  ]];
  let out = "";
  await oncall("logs -f", {
    "GET 9000/logs/tail": () => {
      const entries = looks.shift();
      if (entries === undefined) interrupted.abort();
      return { entries: entries ?? [] };
    },
  }, { interrupted: interrupted.signal, write: (text) => out += text });
  assert.deepEqual(out.match(/boom \d/g), ["boom 1", "boom 2", "boom 2", "boom 3"]);
});

Deno.test("traffic() sends to the balancer and prints the generator's report", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    await request.text();
    requests++;
    return new Response("ok");
  });
  const url = `http://127.0.0.1:${server.addr.port}`;
  const { exitCode, out } = await oncall(`traffic --lb-url ${url} --rps 100 --duration 0.3 --seed 5 --json`);
  const report = JSON.parse(out);
  assert.deepEqual([exitCode, report.ok, report.seed, requests], [0, 30, 5, 30]);
  const plain = await oncall(`traffic --url ${url} --rps 100 --duration 0.1`);
  assert.match(plain.out, /scheduled 10 = completed 10 \+ errors 0/);
  assert.equal((await oncall("traffic --rps x")).exitCode, 2);
  await server.shutdown();
});

Deno.test("watch() keeps to one service when told so, and names those there are when it is not watched", async () => {
  const services = {
    "GET 8088/api/services": { services: [{ name: "shop", requests: "shop_requests", errors: "shop_errors" }] },
    "GET 9090/api/v1/query": rates(10, 1),
    "GET 9090/api/v1/alerts": { data: { alerts: [] } },
  };
  const answers = { ...unfolding([opened]), ...services };
  const { out } = await oncall("watch --service shop --timeout 60", answers, { now: passing(1_000) });
  assert.match(out, / measured +shop 10\.0 requests\/s +errors 10\.0 %$/m);
  assert.doesNotMatch(out, /K7QF/);
  const unknown = await oncall("watch --service mail", answers);
  assert.equal(unknown.exitCode, 1);
  assert.match(unknown.error, /The agent watches no service "mail"; it watches: shop\./);
});
