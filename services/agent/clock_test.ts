import assert from "node:assert/strict";
import { join } from "node:path";
import { FAKE_ACCOUNT, startFakeTwilio } from "../../tests/testing/fake_twilio.ts";
import { readSettings } from "../lib/configuration/mod.ts";
import { sentDelivery } from "./intake/testing/deliveries.ts";
import { program, settings } from "./settings.ts";
import { start } from "./start.ts";

const HOUR_MS = 3_600_000;
const NOWHERE = "http://127.0.0.1:1";

for (const jumpMs of [HOUR_MS, -HOUR_MS]) {
  const way = jumpMs > 0 ? "forward" : "back";
  Deno.test(`the agent investigates, retries and tells once when its clock is set ${way} by an hour`, async () => {
    const folder = await Deno.makeTempDir();
    const twilio = startFakeTwilio();
    let offsetMs = 0;
    const now = () => new Date(Date.now() + offsetMs);
    // The clock is set each time that Twilio refuses: the row waits for its next attempt then.
    twilio.fault = (attempt) => {
      if (attempt > 2) return undefined;
      offsetMs += jumpMs;
      return { status: 500 };
    };
    const env: Record<string, string> = {
      AGENT_PORT: "0",
      RUN_DIR: join(folder, "run"),
      PROM_URL: NOWHERE,
      LB_URL: NOWHERE,
      PM_URL: NOWHERE,
      ALERTMANAGER_URL: NOWHERE,
      TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
      TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
      USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
      TWILIO_BASE_URL: twilio.url,
    };
    const options = readSettings(program, settings, { args: [], env: (name) => env[name], dotEnv: {} });
    const agent = await start(options, { now, random: () => 0 });
    try {
      const url = `http://127.0.0.1:${agent.addr.port}`;
      const post = async (alert: object) => {
        const headers = { "content-type": "application/json" };
        const body = JSON.stringify(sentDelivery([alert]));
        const response = await fetch(`${url}/alerts`, { method: "POST", headers, body });
        return (await response.json()).outcome;
      };
      assert.equal(await post({}), "opened");
      await twilio.taken(1);
      assert.equal(await post({}), "repeated");
      assert.equal(await post({ status: "resolved" }), "resolved");
      await twilio.taken(2);
      const { incidents } = await (await fetch(`${url}/api/incidents`)).json();
      assert.equal(incidents.length, 1);
      assert.equal(incidents[0].state, "resolved");
      assert.equal(twilio.messages.length, 2);
      assert.equal(twilio.messages.filter(({ body }) => body.includes(`incident ${incidents[0].code}`)).length, 1);
    } finally {
      await agent.stop();
      await twilio.stop();
      await Deno.remove(folder, { recursive: true });
    }
  });
}
