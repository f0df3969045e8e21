import assert from "node:assert/strict";
import { readSettings } from "../../lib/configuration/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { createChannels } from "./channels.ts";
import { channelsOfOrders, deliverySettings, orderChannels } from "./registry.ts";

const TWILIO = {
  TWILIO_ACCOUNT_SID: "AC0123456789abcdef0123456789abcdef",
  TWILIO_AUTH_TOKEN: "a-token-of-a-test",
  TWILIO_WHATSAPP_NUMBER: "whatsapp:+1 (555) 000-1111",
  USER_WHATSAPP_NUMBER: "+15552223333, whatsapp:+15554445555",
};

function settingsOf(env: Record<string, string>) {
  return readSettings({ name: "test", summary: "" }, deliverySettings, { args: [], env: (n) => env[n], dotEnv: {} });
}

function namesAndLog(env: Record<string, string>): { names: string[]; lines: string[] } {
  const lines: string[] = [];
  const log = { ...silentLogger, info: (text: string) => void lines.push(text) };
  return { names: createChannels(settingsOf(env), { log }).map((channel) => channel.name), lines };
}

Deno.test("createChannels() has each channel always, and says in one line each what the others need", () => {
  const { names, lines } = namesAndLog({ TWILIO_ACCOUNT_SID: TWILIO.TWILIO_ACCOUNT_SID });
  assert.deepEqual(names, ["log", "conversation", "alertmanager", "manager", "jira"]);
  assert.deepEqual(lines, [
    "WhatsApp is skipped: set TWILIO_AUTH_TOKEN, TWILIO_WHATSAPP_NUMBER and USER_WHATSAPP_NUMBER to enable it",
    "Jira is skipped: set JIRA_URL, JIRA_EMAIL, JIRA_API_TOKEN and JIRA_PROJECT_KEY to enable it",
  ]);
});

Deno.test("createChannels() has WhatsApp when Twilio is configured", () => {
  const { names, lines } = namesAndLog(TWILIO);
  assert.ok(names.includes("whatsapp"));
  assert.ok(lines.every((line) => !line.startsWith("WhatsApp")));
});

Deno.test("deliverySettings read numbers in the ways in which people write them, and refuse others by name", () => {
  const settings = settingsOf(TWILIO);
  assert.equal(settings.twilioNumber, "+15550001111");
  assert.deepEqual(settings.operators, ["+15552223333", "+15554445555"]);
  assert.throws(
    () => settingsOf({ ...TWILIO, USER_WHATSAPP_NUMBER: "Ravi", TWILIO_ACCOUNT_SID: "SK1", PUBLIC_URL: "oncall" }),
    /TWILIO_ACCOUNT_SID: expected AC.*USER_WHATSAPP_NUMBER: expected numbers.*PUBLIC_URL: expected a URL/,
  );
});

Deno.test("createChannels() has channels that say of themselves who reads them, what is rationed and what they take", () => {
  const JIRA = {
    JIRA_URL: "https://j.example",
    JIRA_EMAIL: "a@b.example",
    JIRA_API_TOKEN: "t",
    JIRA_PROJECT_KEY: "OPS",
  };
  const channels = createChannels(settingsOf({ ...TWILIO, ...JIRA }), { log: silentLogger });
  const names = (which: (channel: typeof channels[number]) => unknown) =>
    channels.filter(which).map(({ name }) => name);
  assert.deepEqual(names(({ readBy }) => readBy === "people"), ["log", "conversation", "whatsapp"]);
  assert.deepEqual(names(({ rationed }) => rationed), ["whatsapp"]);
  assert.deepEqual(names(({ news }) => news), ["log", "whatsapp", "jira"]);
  for (
    const [kind, taken] of [
      ["diagnosis", ["log", "whatsapp", "jira"]],
      ["ticket", ["log", "whatsapp", "jira"]],
      ["reply", ["log", "conversation", "whatsapp"]],
      ["create_jira_ticket", ["jira"]],
      ["silence", ["alertmanager"]],
      ["scale", ["manager"]],
    ] as const
  ) {
    assert.deepEqual(names(({ takes }) => takes?.includes(kind)), taken, kind);
  }
});

Deno.test("orderChannels names for each order a channel that takes it, and no two integrations may carry out the same", () => {
  const channels = new Map(
    createChannels(settingsOf({}), { log: silentLogger }).map((channel) => [channel.name, channel]),
  );
  for (const [kind, name] of orderChannels) {
    const channel = channels.get(name);
    assert.ok(
      channel !== undefined && (channel.takes === undefined || channel.takes.includes(kind)),
      `${kind} ${name}`,
    );
  }
  const pager = { name: "A pager", carriesOut: { channel: "pager", orders: ["scale"] } } as const;
  const other = { name: "Another", carriesOut: { channel: "other", orders: ["scale"] } } as const;
  assert.throws(() => channelsOfOrders([pager, other]), /Cannot let Another carry out scale: channel pager does/);
});
