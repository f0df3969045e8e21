import assert from "node:assert/strict";
import { nearest } from "./nearest.ts";

const known = ["PM_PORT", "LB_PORT", "OPENAI_API_KEY", "TWILIO_AUTH_TOKEN"];

Deno.test("nearest() finds the name behind a slip of the hand", () => {
  assert.equal(nearest("OPENAI_API_KEYS", known), "OPENAI_API_KEY");
  assert.equal(nearest("OPENAI_APIKEY", known), "OPENAI_API_KEY");
  assert.equal(nearest("twilio_auth_token", known), "TWILIO_AUTH_TOKEN");
  assert.equal(nearest("TWILIO_AUHT_TOKEN", known), "TWILIO_AUTH_TOKEN");
  assert.equal(nearest("LB_PROT", known), "LB_PORT");
});

Deno.test("nearest() names nothing when no name is close", () => {
  assert.equal(nearest("COMPOSE_PROJECT_NAME", known), undefined);
  assert.equal(nearest("X", known), undefined);
});
