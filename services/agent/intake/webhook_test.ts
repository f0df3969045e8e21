import assert from "node:assert/strict";
import { leadAlert, severityOf } from "../incidents/mod.ts";
import { decoded } from "./body.ts";
import { SENDER_CASES } from "./senders/testing/cases.ts";
import { parseWebhook, parseWebhooks } from "./webhook.ts";
import { serviceOf, titleOf } from "./words.ts";

for (const { sender, form, body, want } of SENDER_CASES) {
  Deno.test(`parseWebhook() understands ${sender} when it sends ${form}`, () => {
    const webhook = parseWebhook(typeof body === "string" ? body : JSON.stringify(body));
    if (want.status === "none") return assert.deepEqual(webhook.alerts, []);
    const lead = leadAlert(webhook.alerts)!;
    assert.match(titleOf(webhook), want.title);
    if (want.service !== undefined) assert.equal(serviceOf(webhook), want.service);
    if (want.severity !== undefined) assert.equal(severityOf(lead), want.severity);
    if (want.status !== undefined) assert.equal(lead.status, want.status);
    if (want.starts) assert.equal(lead.starts_at, want.starts);
    if (want.truncated !== undefined) assert.equal(webhook.truncatedAlerts, want.truncated);
    assert.match(lead.fingerprint, /^[0-9a-f]{16}$/);
    assert.notEqual(webhook.groupKey, "");
  });
}

Deno.test("parseWebhook() gives an end the group of its start, whatever the sender's form", () => {
  const pairs = Map.groupBy(SENDER_CASES, ({ sender }) => sender);
  for (const [sender, cases] of pairs) {
    const key = (status: string) => {
      const found = cases.find(({ want }) => want.status === status);
      return found && parseWebhook(typeof found.body === "string" ? found.body : JSON.stringify(found.body)).groupKey;
    };
    const [start, end] = [key("firing"), key("resolved")];
    if (start !== undefined && end !== undefined && sender !== "PagerDuty Events v2") assert.equal(start, end, sender);
  }
});

Deno.test("parseWebhook() cleans texts of what only a terminal or a writing direction needs", () => {
  const summary =
    "a\u0000b \u202Eevil\u202C \u0007\u001b[31mred\u001b[0m \u001b]0;title\u0007c\r\nd\u2028e \ud83d 👩‍🚒 می‌خواهم";
  const alerts = [{ labels: { alertname: "X\u001b[1m" }, annotations: { summary } }];
  const webhook = parseWebhook(JSON.stringify({ alerts }));
  assert.deepEqual(webhook.alerts[0]!.labels, { alertname: "X" });
  assert.equal(webhook.alerts[0]!.annotations.summary, "ab evil red c\nd\ne  👩‍🚒 می‌خواهم");
});

Deno.test("parseWebhooks() keeps alerts of other names apart where a sender lists all that fire", () => {
  const alert = (alertname: string) => ({
    labels: { alertname, service: "a" },
    annotations: {},
    startsAt: "2026-01-01T12:00:00Z",
  });
  const webhooks = parseWebhooks(JSON.stringify([alert("A"), alert("B"), alert("A")]));
  assert.deepEqual(webhooks.map(({ alerts }) => alerts[0]!.labels.alertname), ["A", "B"]);
});

Deno.test("parseWebhook() reads any JSON by the paths that the configuration names", () => {
  const senders = [{
    name: "nightly",
    when: { kind: "*", "job.env": ["prod", "stage"] },
    each: ["job.steps"],
    id: ["job.id"],
    alert: ["job.name"],
    summary: ["note", "job.note"],
    service: ["job.team"],
    severity: ["weight"],
    status: ["end"],
    resolved: ["fine"],
    default_severity: "warning" as const,
  }];
  const body = {
    kind: 3,
    job: { id: 9, env: "prod", name: "import", team: "stock", steps: [{ note: "row 7", weight: "heavy", end: "bad" }] },
  };
  const webhook = parseWebhook(JSON.stringify(body), { senders });
  assert.equal(titleOf(webhook), "import: row 7");
  assert.equal(serviceOf(webhook), "stock");
  assert.equal(severityOf(webhook.alerts[0]!, { heavy: "high" }), "high");
  const over = { ...body, job: { ...body.job, steps: [{ note: "row 7", end: "Fine" }] } };
  assert.equal(parseWebhook(JSON.stringify(over), { senders }).alerts[0]!.status, "resolved");
  // Another environment is not this sender's: then it is read as any JSON.
  assert.doesNotMatch(
    parseWebhook(JSON.stringify({ ...body, message: "m", job: { env: "test" } }), { senders }).groupKey,
    /nightly/,
  );
});

Deno.test("parseWebhook() refuses what tells of no alert, and says what could be read of it", () => {
  const cases: [string, RegExp][] = [
    ["", /empty/],
    ["{", /not JSON.*begins with: \{/],
    ["<alert>disk full</alert>", /begins with: <alert>disk full/],
    ["null", /tells of an alert; it is null/],
    ["{}", /no fields/],
    ["[]", /a list without alerts/],
    ["7", /it is 7/],
    ['{"a": 1, "b": {}}', /its fields are a, b\. .*senders in config\/oncall\.yaml/],
  ];
  for (const [body, problem] of cases) assert.throws(() => parseWebhook(body), problem, body);
});

Deno.test("decoded() reads UTF-8 without trusting the header, UTF-16, and a code page", () => {
  const text = '{"a":"ü"}';
  const utf16 = (little: boolean, mark: string) => {
    const bytes = new Uint8Array((mark + text).length * 2);
    [...mark + text].forEach((char, i) => new DataView(bytes.buffer).setUint16(i * 2, char.charCodeAt(0), little));
    return bytes;
  };
  const bodies = [
    new TextEncoder().encode(`\ufeff${text}`),
    utf16(true, "\ufeff"),
    utf16(true, ""),
    utf16(false, "\ufeff"),
    utf16(false, ""),
  ];
  for (const bytes of bodies) assert.equal(decoded(bytes).replace("\ufeff", ""), text);
  assert.equal(decoded(Uint8Array.from(text, (char) => char.charCodeAt(0))), text);
  assert.equal(decoded(new Uint8Array()), "");
});
