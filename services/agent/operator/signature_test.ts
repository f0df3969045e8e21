import assert from "node:assert/strict";
import { isFromTwilio, pathAndQuery } from "./signature.ts";

Deno.test("isFromTwilio() accepts the vector in Twilio's documentation", () => {
  // https://www.twilio.com/docs/usage/security#validating-requests
  const body = "CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212";
  const url = "https://mycompany.com/myapp.php?foo=1&bar=2";
  const signature = "RSOYDt4T1cUTdK1PDd93/VVr8B8=";
  assert.ok(isFromTwilio({ url, body, signature }, "12345"));
  assert.ok(!isFromTwilio({ url, body: body.replace("1234&", "1235&"), signature }, "12345"));
  assert.ok(!isFromTwilio({ url, body, signature: undefined }, "12345"));
});

Deno.test("pathAndQuery() changes nothing that was signed", () => {
  assert.equal(pathAndQuery("http://127.0.0.1:8088/webhook/twilio?a=it's&b=%27&&c"), "/webhook/twilio?a=it's&b=%27&&c");
  assert.equal(pathAndQuery("http://127.0.0.1:8088"), "");
});
