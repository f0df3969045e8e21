import assert from "node:assert/strict";
import { join } from "node:path";
import { FAKE_ACCOUNT, type FakeTwilio, startFakeTwilio } from "../../tests/testing/mod.ts";
import { readSettings } from "../lib/configuration/mod.ts";
import { sentDelivery } from "./intake/testing/deliveries.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

const NOWHERE = "http://127.0.0.1:1";
const ANNA = "+491701111111";
const RAVI = "+919822222222";
const YAML = `people:
  anna: { name: Anna, contacts: [{ whatsapp: "${ANNA}" }] }
  ravi: { name: Ravi, contacts: [{ whatsapp: "${RAVI}" }] }
schedules:
  primary:
    layers: [{ people: [anna], turn: daily, starts: 2020-01-01 00:00 }]
policies:
  default:
    steps:
      - { page: [primary], wait: 1s }
      - { page: [ravi], wait: 1h }
`;

interface World {
  readonly url: string;
  readonly twilio: FakeTwilio;
}

async function withAgent(
  env: Record<string, string>,
  body: (world: World) => Promise<void>,
  people = YAML,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const twilio = startFakeTwilio();
  const path = join(folder, "people.yaml");
  await Deno.writeTextFile(path, people);
  const all: Record<string, string> = {
    AGENT_PORT: "0",
    RUN_DIR: join(folder, "run"),
    PROM_URL: NOWHERE,
    LB_URL: NOWHERE,
    ALERTMANAGER_URL: NOWHERE,
    PM_URL: NOWHERE,
    TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
    TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
    TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
    TWILIO_BASE_URL: twilio.url,
    USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
    PEOPLE_CONFIG: path,
    ...env,
  };
  const given = (name: string) => all[name] === "" ? undefined : all[name];
  try {
    const agent = await start(readSettings(program, settings, { args: [], env: given, dotEnv: {} }));
    try {
      await body({ url: `http://127.0.0.1:${agent.addr.port}`, twilio });
    } finally {
      await agent.stop();
    }
  } finally {
    await twilio.stop();
    await Deno.remove(folder, { recursive: true });
  }
}

async function alert(url: string): Promise<string> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`${url}/alerts`, { method: "POST", headers, body: JSON.stringify(sentDelivery()) });
  return (await response.json()).incident;
}

Deno.test("a started agent tells who is on call, and calls the next when nobody acknowledges", () =>
  withAgent({}, async ({ url, twilio }) => {
    const incident = await alert(url);
    await twilio.taken(2);
    const [first, second] = twilio.messages.toSorted((a, b) => a.to < b.to ? -1 : 1);
    assert.deepEqual([first!.to, second!.to], [`whatsapp:${ANNA}`, `whatsapp:${RAVI}`]);
    assert.match(second!.body, /^You are called because nobody has acknowledged this yet\.\n/);
    const view = await (await fetch(`${url}/api/incidents/${incident}`)).json();
    assert.ok(
      view.timeline.some(({ text }: { text: string }) =>
        text === "Ravi is called on whatsapp: nobody has acknowledged"
      ),
    );
  }));

Deno.test("a started agent calls the next operator when a page is refused, with nothing but two numbers", () =>
  withAgent({ PEOPLE_CONFIG: "", USER_WHATSAPP_NUMBER: `${ANNA},${RAVI}` }, async ({ url, twilio }) => {
    twilio.fault = (attempt) => attempt <= 1 ? { status: 400, code: 21211 } : undefined;
    await alert(url);
    await twilio.taken(1);
    assert.equal(twilio.messages[0]!.to, `whatsapp:${RAVI}`);
    assert.match(
      twilio.messages[0]!.body,
      /^You are called because the message to whom it was sent first was not delivered/,
    );
  }));

Deno.test("a started agent says who is on call, until when, and as a calendar", () =>
  withAgent({}, async ({ url }) => {
    const { schedules } = await (await fetch(`${url}/api/on-call`)).json();
    assert.deepEqual(
      schedules.map(({ schedule, now }: { schedule: string; now: { person: string } }) => [schedule, now.person]),
      [
        ["primary", "Anna"],
      ],
    );
    const calendar = await fetch(`${url}/api/schedules/primary.ics`);
    assert.match(calendar.headers.get("content-type")!, /^text\/calendar/);
    assert.match(await calendar.text(), /SUMMARY:Anna on call: primary/);
    const none = await fetch(`${url}/api/schedules/none.ics`);
    assert.deepEqual([none.status, (await none.json()).error], [404, "not_found"]);
  }));

Deno.test("start() refuses a mistake in the people's file in one line", () =>
  assert.rejects(withAgent({}, () => Promise.resolve(), "people: {}\n"), /people\.yaml line 1: policies: /));
