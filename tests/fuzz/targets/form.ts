import fc from "fast-check";
import webhooks from "twilio/lib/webhooks/webhooks.js";
import { FAKE_ACCOUNT } from "../../testing/fake_twilio.ts";
import { fuzzedAgent } from "../agent.ts";
import { defineTarget } from "../target.ts";
import { nasty, wordOf } from "../text.ts";

const PUBLIC_URL = "https://oncall.example.com";
const word = wordOf(
  ...[
    "create Jira task",
    "and",
    "assign to",
    "Ravi",
    "ack",
    "silence",
    "30m",
    "for 2 hours",
    "unsilence",
    "scale to",
    "4",
    "0",
    "resolve",
  ],
  ...[
    "status",
    "why",
    "logs",
    "help",
    "yes",
    "no",
    "123456",
    "K7QF",
    ",",
    ".",
    "?",
    "👍",
    "tomorrow",
    "due friday",
    "high priority",
    "comment",
  ],
);
const fields = fc.dictionary(
  wordOf(
    "ButtonText",
    "ButtonPayload",
    "ListTitle",
    "ListId",
    "InteractiveData",
    "OriginalRepliedMessageSid",
    "NumMedia",
    "Latitude",
    "MessageStatus",
    "ErrorCode",
  ),
  nasty,
  { maxKeys: 4 },
);

/** `POST /webhook/twilio` and `/webhook/twilio/status`, signed. */
export const form = defineTarget({
  name: "form",
  share: 25_000,
  cases: fc.record({
    text: fc.oneof({ weight: 4, arbitrary: fc.array(word, { maxLength: 8 }).map((words) => words.join(" ")) }, {
      weight: 1,
      arbitrary: nasty,
    }),
    fields,
    path: fc.constantFrom(
      "/webhook/twilio",
      "/webhook/twilio",
      "/webhook/twilio/status",
      "/webhook/twilio/status?row=x",
    ),
    sid: fc.uuid(),
    signed: fc.nat(20).map((n) => n > 0),
    from: fc.nat(20).map((n) => n > 0),
  }),
  async open() {
    const agent = await fuzzedAgent({
      TWILIO_ACCOUNT_SID: FAKE_ACCOUNT.accountSid,
      TWILIO_AUTH_TOKEN: FAKE_ACCOUNT.authToken,
      TWILIO_WHATSAPP_NUMBER: FAKE_ACCOUNT.from,
      USER_WHATSAPP_NUMBER: FAKE_ACCOUNT.to,
      PUBLIC_URL,
      AGENT_TOKEN: "fuzz-token-0123456789",
      ONCALL_TOKEN: "fuzz-token-0123456789",
      CONSOLE_TOKEN: "fuzz-token-0123456789",
      ALERT_TOKEN: "fuzz-token-0123456789",
    });
    return {
      async try({ text, fields, path, sid, signed, from }) {
        const body = new URLSearchParams({
          ...fields,
          MessageSid: sid,
          AccountSid: FAKE_ACCOUNT.accountSid,
          From: from ? `whatsapp:${FAKE_ACCOUNT.to}` : text.slice(0, 30),
          To: `whatsapp:${FAKE_ACCOUNT.from}`,
          Body: text,
        });
        const signature = signed
          ? webhooks.getExpectedTwilioSignature(FAKE_ACCOUNT.authToken, PUBLIC_URL + path, Object.fromEntries(body))
          : "no";
        const headers = {
          "content-type": "application/x-www-form-urlencoded",
          host: "oncall.example.com",
          "x-twilio-signature": signature,
        };
        await agent.send({ method: "POST", path, headers, body: body.toString() });
      },
      close: () => agent.close(),
    };
  },
});
