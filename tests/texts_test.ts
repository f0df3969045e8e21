import assert from "node:assert/strict";
import { orderTexts } from "../services/agent/delivery/testing/order_texts.ts";
import { sampleDocuments, sampleTexts } from "../services/agent/delivery/testing/texts.ts";
import { operatorTexts } from "../services/agent/operator/testing/texts.ts";
import { agentTexts } from "./testing/agent_texts.ts";

Deno.test("every message that can leave the agent says something, counts in grammar and fits into one message", async () => {
  const texts = [...sampleTexts(), ...await operatorTexts(), ...await orderTexts(), ...await agentTexts()];
  assert.ok(texts.length > 90, String(texts.length));
  for (const { name, text } of texts) {
    assert.doesNotMatch(text, /undefined|NaN|\[object|\(nothing\)|\.\.|\.;|operator:\+/, name);
    assert.doesNotMatch(text, /\b1 (alerts|errors|incidents|instances|kinds|silences)\b|\d\. time\b/, name);
    assert.ok(text.length > 0 && text.length <= 1_600, name);
  }
  for (const { name, text } of sampleDocuments()) assert.doesNotMatch(text, /undefined|NaN|\[object/, name);
});
