import assert from "node:assert/strict";
import { Ajv } from "ajv";
import fc from "fast-check";
import {
  type Channel,
  createChannels,
  deliveryChecks,
  deliverySettings,
  doc,
  paragraph,
  text,
  ticketDescription,
} from "../services/agent/delivery/mod.ts";
import { aDiagnosis, anIncident, aResolvedIncident, aRow } from "../services/agent/delivery/testing/incident.ts";
import type { IncidentView, OutboxRow } from "../services/agent/incidents/mod.ts";
import { readSettings } from "../services/lib/configuration/mod.ts";
import { silentLogger } from "../services/lib/telemetry/mod.ts";
import { FAKE_JIRA, startFakeJira } from "./testing/fake_jira.ts";
import { FAKE_ACCOUNT, startFakeTwilio } from "./testing/fake_twilio.ts";
import { contract, type Left, type Mock, mocksMissing, recordingFetch, startMock } from "./testing/mock_servers.ts";

const files = {
  twilio: await contract("twilio.json"),
  jira: await contract("jira.json"),
  alertmanager: await contract("alertmanager.json"),
};
const adfFile = await contract("jira-adf.schema.json");
const ignore = Object.values(files).includes(undefined) || adfFile === undefined;
if (ignore) console.log("skipped: the published descriptions are not in ../shared/contracts");
const mocks = ["steady", "prism"] satisfies Mock[];
const missing = ignore ? undefined : await mocksMissing(...mocks);
if (missing !== undefined) console.log(`skipped: the requests of delivery are held against no description: ${missing}`);

type Side = keyof typeof files;

/** Everything that the agent sends to Twilio, Jira and Alertmanager, once each, as it leaves. */
async function everyRequest(): Promise<Record<Side, Left[]>> {
  const twilio = startFakeTwilio();
  const jira = startFakeJira();
  const silences: unknown[] = [];
  const alertmanager = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname } = new URL(request.url);
    if (request.method === "POST") {
      silences.push({ id: "s1", status: { state: "active" }, ...await request.json() });
      return Response.json({ silenceID: "s1" });
    }
    if (request.method === "DELETE") return new Response();
    return Response.json(
      pathname.endsWith("/status") ? { config: { original: "" }, versionInfo: { version: "1" } } : silences,
    );
  });
  const env: Record<string, string> = {
    TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
    TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
    USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
    TWILIO_BASE_URL: twilio.url,
    TWILIO_CONTENT_SID: `HX${"a".repeat(32)}`,
    PUBLIC_URL: "https://oncall.example.com",
    JIRA_URL: jira.url,
    JIRA_EMAIL: FAKE_JIRA.email,
    JIRA_API_TOKEN: FAKE_JIRA.apiToken,
    JIRA_PROJECT_KEY: FAKE_JIRA.project,
    JIRA_RESOLVE_TRANSITION: "Done",
    ALERTMANAGER_URL: `http://127.0.0.1:${alertmanager.addr.port}`,
  };
  const settings = readSettings({ name: "test", summary: "" }, deliverySettings, {
    args: [],
    env: (n) => env[n],
    dotEnv: {},
  });
  const { fetch, left } = recordingFetch();
  const channels = new Map(
    createChannels(settings, { log: silentLogger, fetch }).map((channel) => [channel.name, channel]),
  );

  const send = async (channel: Channel, row: Partial<OutboxRow>, view: IncidentView) => {
    const whole = aRow({ channel: channel.name, ...row });
    const letter = { row: whole, view, text: channel.render(whole, view) ?? "" };
    await channel.find?.(letter);
    assert.equal((await channel.send(letter, () => Promise.resolve())).outcome, "sent", JSON.stringify(whole));
  };
  const whatsapp = channels.get("whatsapp")!;
  await send(whatsapp, { kind: "diagnosis" }, anIncident());
  await send(whatsapp, {
    kind: "reply",
    payload: { text: "A long answer with Ünïcödé. ".repeat(120), to: "+15559998888" },
  }, anIncident());
  await send(whatsapp, { kind: "template", payload: { text: "x", of_kind: "diagnosis" } }, anIncident());

  const toJira = channels.get("jira")!;
  const asked = { asked_by: "+15552223333", reply: { channel: "whatsapp" } };
  await send(
    toJira,
    { kind: "create_jira_ticket", payload: { ...asked, assignee: "Ravi", priority: "high", due: "2026-02-03" } },
    anIncident(),
  );
  const bare = anIncident({ id: "bare", diagnosis: null, tool_calls: [], alerts: [], timeline: [], title: "" });
  await send(toJira, { kind: "create_jira_ticket", payload: asked }, bare);
  const tickets = [{ key: "OPS-1", url: "u", assignee: null }];
  await send(toJira, { kind: "comment", payload: { ...asked, comment: "one\n\ntwo" } }, anIncident({ tickets }));
  await send(
    toJira,
    { kind: "assign", payload: { ...asked, assignee: "ravi.kumar@example.com" } },
    anIncident({ tickets }),
  );
  await send(toJira, { kind: "resolved" }, aResolvedIncident({ tickets }));
  jira.issues[0]!.status = "Done";
  await send(toJira, { kind: "reopen_ticket", payload: { episode: 2 } }, anIncident({ tickets, episode: 2 }));
  const gone = anIncident({ tickets: [{ key: "OPS-404", url: "u", assignee: null }], episode: 3 });
  await send(toJira, { kind: "reopen_ticket", payload: { episode: 3 } }, gone);

  const toAlertmanager = channels.get("alertmanager")!;
  await send(toAlertmanager, { kind: "silence", payload: { ...asked, ms: 1_800_000 } }, anIncident());
  await send(toAlertmanager, { kind: "unsilence", payload: asked }, anIncident());

  const timeoutMs = 5_000;
  const outgoing = { fetch, now: () => new Date(), timeoutMs };
  await deliveryChecks({ ...settings, publicUrl: undefined }, outgoing, { heard: true });
  await Promise.all([twilio.stop(), jira.stop(), alertmanager.shutdown()]);
  return {
    twilio: left.filter((request) => request.target.startsWith("/2010-04-01/")),
    // The description at hand is cut, and has no fields of an issue type.
    jira: left.filter(({ target }) => /^\/rest\/api\/3\/(?!issue\/createmeta\/\w+\/issuetypes\/\w)/.test(target)),
    // The published description of Alertmanager has no way to end a silence; a real one is asked in another test.
    alertmanager: left.filter((request) => request.target.startsWith("/api/v2/") && request.method !== "DELETE"),
  };
}

/** A request of each side that its description forbids: a mock that lets it pass proves nothing. */
const WRONG: Readonly<Record<Side, (good: Left) => Left>> = {
  twilio: (good) => ({ ...good, body: "Body=nobody+to+send+it+to" }),
  jira: (good) => ({ ...good, body: JSON.stringify({ fields: "none" }) }),
  alertmanager: (good) => ({ ...good, body: JSON.stringify({ matchers: "all", comment: 7 }) }),
};

Deno.test({
  name: "every request to Twilio, Jira and Alertmanager fits its published description",
  ignore: ignore || missing !== undefined,
  async fn() {
    const requests = await everyRequest();
    assert.deepEqual(Object.values(requests).map((list) => list.length > 3), [true, true, true]);
    for (const mock of mocks) {
      // Each server is stopped, whatever the others find.
      const checked = await Promise.allSettled((Object.keys(files) as Side[]).map(async (side) => {
        await using server = await startMock(mock, files[side]!);
        for (const request of requests[side]) assert.equal(await server.violation(request), undefined, mock);
        const post = requests[side].find((request) => request.method === "POST")!;
        assert.notEqual(
          await server.violation(WRONG[side](post)),
          undefined,
          `${mock} lets a wrong request to ${side} pass`,
        );
      }));
      for (const check of checked) if (check.status === "rejected") throw check.reason;
    }
  },
});

Deno.test({
  name: "every description and comment for Jira fits the document format's published schema",
  ignore,
  async fn() {
    const { $schema: _, ...schema } = JSON.parse(await Deno.readTextFile(adfFile!));
    const validate = new Ajv({ strict: false, logger: false }).compile(schema);
    const check = (node: unknown) => assert.ok(validate(node), JSON.stringify(validate.errors?.slice(0, 3)));
    check(ticketDescription(anIncident(), { publicUrl: "https://oncall.example.com" }));
    check(ticketDescription(anIncident({ diagnosis: null, timeline: [], alerts: [] }), { publicUrl: undefined }));
    check(doc());
    check(doc(paragraph(text(""))));
    const words = fc.oneof(
      fc.string({ unit: "binary", maxLength: 80 }),
      fc.constantFrom("", "\u0000", "http://a b", "javascript:x"),
    );
    fc.assert(
      fc.property(words, fc.array(words, { maxLength: 30 }), (word, list) => {
        const claims = list.map((claim) => ({ text: claim, evidence: [word], verified: false }));
        const diagnosis = aDiagnosis({
          root_cause: word,
          suggested_fix: word,
          next_steps: list,
          missing: list,
          claims,
          affected_file: word,
        });
        const timeline = list.map((entry) => ({ at: word, kind: "x", text: entry, by: "agent" }));
        const alerts = anIncident().alerts.map((alert) => ({
          ...alert,
          generator_url: word,
          annotations: { runbook_url: word },
        }));
        const view = anIncident({ diagnosis, timeline, alerts, service: word, title: word });
        check(ticketDescription(view, { publicUrl: "https://oncall.example.com" }));
        check(doc(...word.split("\n").map((line) => paragraph(text(line)))));
      }),
      { numRuns: 30 },
    );
    assert.ok(
      !validate({ type: "doc", version: 1, content: [{ type: "paragraph", content: [{ type: "text", text: "" }] }] }),
    );
  },
});
