import assert from "node:assert/strict";
import { textOf } from "./form.ts";

for (
  const [what, fields, text] of [
    ["a text", { Body: "silence 30m" }, "silence 30m"],
    ["a button's caption without a body", { Body: "", ButtonText: "Ack", ButtonPayload: "x1" }, "Ack"],
    ["a button's payload without a body", { ButtonPayload: "ack" }, "ack"],
    ["the payload of a button that reads in another way", {
      Body: "Alles klar, ich nehme das",
      ButtonText: "Alles klar, ich nehme das",
      ButtonPayload: "ack",
    }, "ack"],
    [
      "a payload as programs write it",
      { Body: "", ButtonText: "Quiet!!1", ButtonPayload: "silence_30m" },
      "silence 30m",
    ],
    ["a payload with a code", { Body: "", ButtonPayload: "ack:K7QF" }, "ack:K7QF"],
    ["a payload of JSON", { Body: "", ButtonPayload: '{"action":"ack","v":1}' }, "ack"],
    ["a list's row", { Body: "", ListId: "status", ListTitle: "How is it?!?" }, "status"],
    ["a list's title", { Body: "", ListId: "row-7", ListTitle: "Status" }, "Status"],
    ["an interactive message's JSON", {
      Body: "",
      InteractiveData: '{"type":"list_reply","list_reply":{"id":"why","title":"Details"}}',
    }, "why"],
    ["what nobody understands as it was said", { Body: "", ButtonText: "Blue", ButtonPayload: "b" }, "Blue"],
    ["nothing", { Body: "", InteractiveData: "{" }, ""],
  ] as const
) {
  Deno.test(`textOf() reads ${what}`, () =>
    assert.equal(textOf(new URLSearchParams(fields as Record<string, string>)), text));
}
