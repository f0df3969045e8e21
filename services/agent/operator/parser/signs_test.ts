import assert from "node:assert/strict";
import { isReading, isSmallTalk, isThanks, parseMessage } from "./mod.ts";
import { readSigns } from "./signs.ts";

const NOW = new Date("2026-01-01T13:00:00Z");
const does = (text: string) => parseMessage(text, NOW).intents.map((intent) => intent.do);

for (
  const text of [
    ..."👍 👍🏽 👍🏿 ✅ ☑️ ✔️ 👌🏻 🫡 🙋🏾‍♀️ 👀 🆗 💪 :+1: :thumbsup: :white_check_mark: :eyes: (y) 👍👍👍 👍!".split(" "),
    "🚨 👍",
    "👍 🙏",
    "thanks 👍",
    "ok 👍",
    "ack 👍🏼",
    "Ack :+1:",
    "ack 🙏",
    "K7QF 👍",
    "👍 K7QF",
    "roger that",
    "Noted.",
    "Bin dran!",
    "ich kümmere mich",
    "Enterado",
    "je m’en occupe",
    "reçu",
    "recebido",
    "Ci penso io",
    "bende",
    "принято",
    "了解です",
    "收到",
    "확인했습니다",
  ]
) {
  Deno.test(`parseMessage() takes ${JSON.stringify(text)} for an acknowledgement`, () =>
    assert.deepEqual(does(text), ["ack"]));
}

for (const text of ["👎", "❌", "👎🏽", ":x:", "🚫", "(n)"]) {
  Deno.test(`parseMessage() takes ${JSON.stringify(text)} for a refusal`, () =>
    assert.deepEqual(does(text), ["cancel"]));
}

for (
  const text of [
    "ack 👎",
    "ack ❌",
    "👍👎",
    "👍?",
    "roger?",
    "ack 🤔",
    "ack ❓",
    "🙏",
    "🚨",
    "resolve 🦖",
    "noted that it fails",
  ]
) {
  Deno.test(`parseMessage() does nothing for ${JSON.stringify(text)}`, () =>
    assert.deepEqual(parseMessage(text, NOW).intents.filter((intent) => !isReading(intent)), []));
}

for (
  const text of [
    "🙏",
    "🙏🏽",
    "thanks",
    "Thank you!",
    "thx 🙏",
    "danke",
    "Merci beaucoup",
    "gracias",
    "obrigado",
    "спасибо",
    "谢谢",
    "ありがとう",
    "ok thanks",
  ]
) {
  Deno.test(`isThanks() knows ${JSON.stringify(text)}`, () => {
    assert.ok(isThanks(text));
    assert.ok(isSmallTalk(text));
  });
}

for (
  const text of [
    "who has it",
    "Who has it?",
    "who's on it?",
    "who is looking into this",
    "who acked?",
    "who took it",
    "who owns this?",
    "is anyone on it?",
    "has anybody acknowledged this?",
    "does somebody have it",
    "owner?",
    "K7QF who has it?",
  ]
) {
  Deno.test(`parseMessage() reads ${JSON.stringify(text)} as the question who has it`, () =>
    assert.deepEqual(does(text), ["who"]));
}

for (
  const text of [
    "investigate again",
    "Investigate again please",
    "please investigate it again",
    "can you investigate again?",
    "look again",
    "check it again",
    "re-investigate",
    "reinvestigate this",
    "have another look",
    "take a closer look at it",
    "run the investigation again",
    "try again",
    "another look",
    "K7QF investigate again",
  ]
) {
  Deno.test(`parseMessage() reads ${JSON.stringify(text)} as an order to investigate again`, () =>
    assert.deepEqual(does(text), ["investigate"]));
}

Deno.test("parseMessage() does not investigate for talk about it", () => {
  for (
    const text of ["should we investigate again?", "Ravi will look again", "don't investigate again", "who is on call"]
  ) {
    assert.ok(!does(text).includes("investigate"), text);
    assert.ok(!does(text).includes("ack"), text);
  }
});

Deno.test("readSigns() keeps digits, words and unknown pictures", () => {
  assert.deepEqual(readSigns("silence 30m 🙏🏻"), { words: "silence 30m", says: "beside" });
  assert.deepEqual(readSigns("scale to 4"), { words: "scale to 4", says: undefined });
  assert.deepEqual(readSigns("ack 🦖"), { words: "ack 🦖", says: undefined });
});
