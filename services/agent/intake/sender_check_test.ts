import assert from "node:assert/strict";
import { Access, type Call } from "../../lib/access/mod.ts";
import { SenderCheck } from "./sender_check.ts";

const access = new Access({ hostname: "127.0.0.1", urls: ["https://oncall.example"], tokens: ["console"] });

function status(
  headers: Record<string, string>,
  { token, from = "127.0.0.1" }: { token?: string; from?: string } = {},
) {
  const { host = "127.0.0.1:8088" } = headers;
  const call: Call = { address: from, host, header: (name) => headers[name] };
  try {
    new SenderCheck(access, token).check(call);
    return 200;
  } catch (error) {
    return (error as { status: number }).status;
  }
}

Deno.test("SenderCheck lets programs of this machine send JSON", () => {
  for (
    const type of ["application/json", "application/json; charset=utf-8", "Application/JSON", "application/vnd.x+json"]
  ) {
    assert.equal(status({ "content-type": type }), 200, type);
  }
  assert.equal(status({}), 200);
  assert.equal(status({ "content-type": "text/plain; charset=UTF-8", "x-amz-sns-message-type": "Notification" }), 200);
});

Deno.test("SenderCheck refuses pages, foreign names, others and what is no JSON", () => {
  const json = { "content-type": "application/json" };
  assert.equal(status({ ...json, origin: "http://evil.example" }), 403);
  assert.equal(status({ ...json, origin: "http://127.0.0.1:8088" }), 403);
  assert.equal(status({ ...json, "sec-fetch-site": "same-origin" }), 403);
  assert.equal(status({ ...json, host: "evil.example:8088" }), 403);
  assert.equal(status({ ...json, host: "oncall.example" }), 403, "a proxy hands it on");
  assert.equal(status({ ...json, "x-forwarded-for": "192.0.2.7" }), 403);
  assert.equal(status(json, { from: "192.0.2.7" }), 403);
  for (
    const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/html"]
  ) {
    assert.equal(status({ "content-type": type }), 415, type);
  }
});

Deno.test("SenderCheck takes ALERT_TOKEN from everywhere, and nothing without it", () => {
  const authorization = "Bearer right";
  for (const headers of [{}, { host: "oncall-agent.monitoring:8088" }, { "content-type": "text/plain" }]) {
    assert.equal(status({ ...headers, authorization }, { token: "right", from: "10.0.0.7" }), 200);
    assert.equal(status(headers, { token: "right" }), 401);
    assert.equal(status({ ...headers, authorization: "Bearer console" }, { token: "right" }), 401);
  }
});
