import assert from "node:assert/strict";
import fc from "fast-check";
import { bad, clean, cut, good, LiveBlock, oneLine, Output, sparkline, wrap } from "./mod.ts";

function output(more: { isTerminal?: boolean; color?: boolean; columns?: number } = {}): [Output, () => string] {
  let text = "";
  const { isTerminal = false, color = false, columns = 40 } = more;
  return [new Output({ write: (t) => text += t, isTerminal, color, columns: () => columns }), () => text];
}

Deno.test("clean() leaves nothing that steers a terminal, whatever the text", () => {
  fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => {
    for (const character of clean(text)) {
      const code = character.codePointAt(0)!;
      assert.ok(character === "\n" || character === "\t" || (code >= 32 && !(code >= 127 && code < 160)));
    }
    assert.ok(!oneLine(text).includes("\n"));
  }));
  assert.equal(clean("\x1b[2Jok\u202egnp"), "\ufffd[2Jok\ufffdgnp");
});

Deno.test("wrap() breaks at spaces, keeps every word and stays within the width", () => {
  const words = fc.array(fc.stringMatching(/^[a-z]{1,9}$/), { minLength: 1 });
  fc.assert(fc.property(words, fc.integer({ min: 9, max: 40 }), (words, width) => {
    const lines = wrap(words.join(" "), width);
    assert.ok(lines.every((line) => line.length <= width));
    assert.equal(lines.join(" "), words.join(" "));
  }));
});

Deno.test("cut() marks what it cuts", () => {
  assert.deepEqual(["abc", "abcd", "a"].map((text) => cut(text, 3)), ["abc", "ab…", "a"]);
});

Deno.test("sparkline() scales to the largest value and leaves what was not measured blank", () => {
  assert.equal(sparkline([0, 50, null, 100], { width: 10 }), "▁▅ █");
  assert.equal(sparkline([1, 2, 3], { width: 2, max: 8 }), "▃▄");
  assert.equal(sparkline([0, 0], { width: 9 }), "▁▁");
  assert.equal(sparkline([], { width: 9 }), "");
});

Deno.test("Output.table() aligns columns, and cuts the last one on a terminal only", () => {
  const rows = [["a", "long", "x".repeat(50)], ["bcd", good("s"), "y"]];
  const [piped, pipedText] = output();
  piped.table(rows);
  assert.equal(pipedText(), `a    long  ${"x".repeat(50)}\nbcd  s     y\n`);
  const [terminal, terminalText] = output({ isTerminal: true });
  terminal.table(rows);
  assert.ok(terminalText().split("\n").every((line) => line.length <= 40));
  assert.match(terminalText(), /x…\n/);
});

Deno.test("Output.hang() goes on below where the words began, on a terminal only", () => {
  const words = "one two three four five six seven eight";
  const [piped, pipedText] = output();
  piped.hang(["ab  "], words);
  assert.equal(pipedText(), `ab  ${words}\n`);
  const [terminal, terminalText] = output({ isTerminal: true, columns: 30 });
  terminal.hang([good("ab"), "  "], words);
  assert.equal(terminalText(), "ab  one two three four five\n    six seven eight\n");
});

Deno.test("Output.line() uses color when told to, and only then", () => {
  const [plain, plainText] = output();
  plain.line("a ", bad("b"));
  assert.equal(plainText(), "a b\n");
  const [colored, coloredText] = output({ isTerminal: true, color: true });
  colored.line("a ", bad("b"));
  assert.equal(coloredText(), "a \x1b[31mb\x1b[0m\n");
});

Deno.test("LiveBlock draws in place, and gives the cursor back", () => {
  let text = "";
  const block = new LiveBlock((t) => text += t);
  block.draw(["a", "b"]);
  block.draw(["c"]);
  assert.equal(text, "\x1b[?25l\r\x1b[Ja\nb\n\x1b[2A\r\x1b[Jc\n");
  text = "";
  block.above(["stays"], ["d"]);
  assert.match(text, /stays\n.*d\n$/s);
  text = "";
  block.leave();
  block.leave();
  assert.equal(text, "\x1b[?25h");
});
