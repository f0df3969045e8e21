import assert from "node:assert/strict";
import type { IncidentView } from "../services/agent/mod.ts";
import type { SentAlert } from "../services/agent/intake/testing/deliveries.ts";
import {
  allIncidents,
  deliver,
  getJson,
  idle,
  messagesOf,
  ofGroup,
  startAgent,
  type StartedRole,
  type Surroundings,
  surroundings,
  tempFolder,
} from "./testing/mod.ts";

/** What a case finds after its deliveries: one agent serves all of them, each with a group of its own. */
interface Case {
  readonly group: string;
  /** Sends alerts in the case's group; expects 200 and gives the outcome. */
  send(alerts: readonly SentAlert[], fields?: Record<string, unknown>): Promise<unknown>;
  /** Exactly these incidents, messages and timeline entries, once the agent is idle. */
  expect(expected: readonly Expected[]): Promise<void>;
}

interface Expected {
  readonly state: IncidentView["state"];
  readonly episode?: number;
  readonly alerts: string;
  /** Kinds of the timeline in order, `notified` left out: on two channels its place is not fixed. */
  readonly timeline: readonly string[];
  /** How many pages with a diagnosis. */
  readonly pages: number;
  /** What the other messages begin with, after the code. */
  readonly others?: readonly RegExp[];
}

const FIRED = ["alert_firing", "investigation_started", "diagnosis"];
const RESOLVED = / InventoryHighErrorRate: .*\.\nResolved by itself after 2 min 10 s\./;
const over: SentAlert = { status: "resolved" };
const second: SentAlert = { fingerprint: "7d2d332feada5c59", labels: { instance: "127.0.0.1:8002" } };

const CASES: Record<string, (test: Case) => Promise<void>> = {
  "a delivery, repeated one by one and together": async ({ send, expect }) => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, () => send([{}])));
    assert.deepEqual(outcomes.toSorted(), ["opened", ...Array(19).fill("repeated")]);
    for (let n = 0; n < 5; n++) assert.equal(await send([{}]), "repeated");
    await expect([{ state: "diagnosed", alerts: "firing", timeline: FIRED, pages: 1 }]);
    assert.equal(await send([{}]), "repeated");
    await expect([{ state: "diagnosed", alerts: "firing", timeline: FIRED, pages: 1 }]);
  },

  "alerts that join one by one, then all end": async ({ send, expect }) => {
    await send([{}]);
    await expect([{ state: "diagnosed", alerts: "firing", timeline: FIRED, pages: 1 }]);
    assert.equal(await send([{}, second]), "joined");
    await expect([{
      state: "diagnosed",
      alerts: "firing firing",
      timeline: [...FIRED, "alert_joined"],
      pages: 1,
      others: [/ inventory: 1 more alert: InventoryHighErrorRate 127\.0\.0\.1:8002\./],
    }]);
    assert.equal(await send([{ ...over }, second]), "partly_resolved");
    assert.equal(await send([{ ...over }, { ...second, ...over }]), "resolved");
    await expect([{
      state: "resolved",
      alerts: "resolved resolved",
      timeline: [...FIRED, "alert_joined", "alert_resolved", "resolved"],
      pages: 1,
      others: [/ inventory: 1 more alert/, RESOLVED],
    }]);
  },

  "an end that overtakes its beginning": async ({ send, expect }) => {
    assert.equal(await send([over]), "resolved_first");
    assert.equal(await send([{}]), "overtaken");
    assert.equal(await send([over]), "repeated");
    await expect([{ state: "resolved", alerts: "resolved", timeline: ["resolved_first", "overtaken"], pages: 0 }]);
  },

  "a beginning that arrives again after the end": async ({ send, expect }) => {
    await send([{}]);
    await expect([{ state: "diagnosed", alerts: "firing", timeline: FIRED, pages: 1 }]);
    assert.equal(await send([over]), "resolved");
    assert.equal(await send([{}]), "overtaken");
    await expect([{
      state: "resolved",
      alerts: "resolved",
      timeline: [...FIRED, "resolved", "overtaken"],
      pages: 1,
      others: [RESOLVED],
    }]);
  },

  "a group that mixes firing and over, and fires again": async ({ send, expect }) => {
    assert.equal(await send([{}, { ...second, ...over }]), "opened");
    await expect([{
      state: "diagnosed",
      alerts: "resolved firing",
      timeline: ["alert_firing", "alert_resolved", "investigation_started", "diagnosis"],
      pages: 1,
    }]);
    await send([over]);
    assert.equal(await send([{ startsAt: "2026-01-01T13:00:00Z" }]), "refired");
    await expect([{
      state: "diagnosed",
      episode: 2,
      alerts: "resolved resolved firing",
      timeline: [
        ...["alert_firing", "alert_resolved", "investigation_started", "diagnosis"],
        ...["resolved", "refired", "investigation_started", "diagnosis"],
      ],
      pages: 2,
      others: [/ InventoryHighErrorRate: .*\.\nResolved by itself/],
    }]);
  },

  "alerts that Alertmanager left out": async ({ send, expect }) => {
    await send([{}], { truncatedAlerts: 12 });
    await send([{}], { truncatedAlerts: 12 });
    await expect([{
      state: "diagnosed",
      alerts: "firing",
      timeline: ["alert_firing", "truncated", "investigation_started", "diagnosis"],
      pages: 1,
    }]);
  },
};

Deno.test("oncall-agent makes of each delivery exactly what it says", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  await using agent = await startAgent(around, { cwd: folder.path });
  for (const [name, body] of Object.entries(CASES)) {
    try {
      await body(caseOf(name, agent, around));
    } catch (error) {
      throw new Error(`${name}: ${(error as Error).message}`, { cause: error });
    }
  }
});

Deno.test("oncall-agent refuses what can never be read, keeps nothing of it, and goes on", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  await using agent = await startAgent(around, { cwd: folder.path, env: { ALERT_TOKEN: "token-of-a-test" } });
  const post = async (body: BodyInit, token = "token-of-a-test") => {
    const response = await fetch(`${agent.url}/alerts`, {
      method: "POST",
      body,
      headers: { authorization: `Bearer ${token}` },
    });
    const { error } = await response.json();
    return [response.status, error];
  };
  const whole = JSON.stringify(ofGroup("refused"));
  assert.deepEqual(await post(whole.slice(0, -20)), [400, "invalid_json"]);
  assert.deepEqual(await post("\u0000"), [400, "invalid_json"]);
  assert.deepEqual(await post('{"a": 1, "b": {}}'), [400, "invalid_input"]);
  assert.deepEqual(await post(whole, "another token"), [401, "unauthorized"]);
  const large = JSON.stringify(ofGroup("refused", [{ annotations: { description: "x".repeat(4 * 1024 * 1024) } }]));
  assert.deepEqual(await post(large), [413, "too_large"]);
  assert.deepEqual(await allIncidents(agent.url), []);
  assert.deepEqual(await post(JSON.stringify(ofGroup("taken"))), [200, undefined]);
  await idle(agent.url);
  assert.deepEqual((await allIncidents(agent.url)).map((incident) => incident.group_key), ["taken"]);
  const refusals = around.twilio.messages.filter(({ body }) => body.includes("max_alerts"));
  assert.equal(refusals.length, 1);
});

Deno.test("oncall-agent takes a connection that breaks off for nothing said", async () => {
  await using folder = await tempFolder();
  await using around = await surroundings();
  await using agent = await startAgent(around, { cwd: folder.path });
  const body = new TextEncoder().encode(JSON.stringify(ofGroup("broken off")));
  const head = `POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Length: ${body.length}\r\n\r\n`;
  for (const sent of [0, 1, body.length - 1]) {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: agent.port });
    await connection.write(new TextEncoder().encode(head));
    if (sent > 0) await connection.write(body.subarray(0, sent));
  }
  assert.equal((await deliver(agent.url, ofGroup("whole"))).status, 200);
  await idle(agent.url);
  assert.deepEqual((await allIncidents(agent.url)).map((incident) => incident.group_key), ["whole"]);
});

function caseOf(group: string, agent: StartedRole, around: Surroundings): Case {
  return {
    group,
    async send(alerts, fields) {
      const { status, body } = await deliver(agent.url, ofGroup(group, alerts, fields));
      assert.equal(status, 200, JSON.stringify(body));
      return body.outcome;
    },
    async expect(expected) {
      await idle(agent.url);
      const incidents = (await allIncidents(agent.url)).filter((incident) => incident.group_key === group);
      const found = incidents.map((incident) => {
        const { pages, others } = messagesOf(around.twilio.messages, incident.code);
        return {
          state: incident.state,
          episode: incident.episode,
          alerts: incident.alerts.map((alert) => alert.status).join(" "),
          timeline: incident.timeline.map((entry) => entry.kind).filter((kind) => kind !== "notified"),
          pages,
          others: others.length,
        };
      });
      assert.deepEqual(found, expected.map((e) => ({ episode: 1, ...e, others: e.others?.length ?? 0 })));
      for (const [index, incident] of incidents.entries()) {
        const { others } = messagesOf(around.twilio.messages, incident.code);
        for (const [n, pattern] of (expected[index]!.others ?? []).entries()) assert.match(others[n]!, pattern);
        const view = await getJson<IncidentView>(`${agent.url}/api/incidents/${incident.code}`);
        assert.ok(view.notifications.every((notification) => notification.state === "sent"));
      }
    },
  };
}
