import assert from "node:assert/strict";
import { clock, cut, Screen, wrap } from "./screen.ts";

function screen(isTerminal: boolean, noColour = false) {
  let text = "";
  const terminal = { isTerminal, width: () => 80, write: (part: string) => void (text += part) };
  return { screen: new Screen(terminal, noColour), text: () => text };
}

Deno.test("Screen keeps the live line under the others when it is on a terminal", () => {
  const { screen: s, text } = screen(true);
  s.live("a", 0);
  s.line("first");
  s.live("b", 0.5);
  s.end();
  assert.equal(text(), "a\r\x1b[2Kfirst\na\r\x1b[2Kb\r\x1b[2K");
});

Deno.test("Screen writes plain lines, and the live one now and then, when it is not on a terminal", () => {
  const { screen: s, text } = screen(false);
  for (const [at, live] of [[0, "a"], [4, "b"], [11, "c"]] as const) s.live(live, at);
  s.line(s.paint("kept", "red"));
  s.end();
  assert.equal(text(), "a\nc\nkept\n");
});

Deno.test("Screen.paint() colours on a terminal unless NO_COLOR is set", () => {
  assert.equal(screen(true).screen.paint("x", "red"), "\x1b[31mx\x1b[0m");
  assert.equal(screen(true, true).screen.paint("x", "red"), "x");
});

Deno.test("wrap() breaks between words and keeps every word", () => {
  assert.deepEqual(wrap("aa bb cc\ndddddddd e", 5), ["aa bb", "cc", "dddddddd", "e"]);
});

Deno.test("cut() marks what was cut", () => {
  assert.deepEqual([cut("abc", 3), cut("abcd", 3)], ["abc", "ab…"]);
});

Deno.test("clock() writes minutes and seconds", () => {
  assert.deepEqual([clock(0), clock(61.9), clock(-5)], ["0:00", "1:01", "0:00"]);
});
