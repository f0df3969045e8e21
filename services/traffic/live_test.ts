import assert from "node:assert/strict";
import { LiveDisplay, progressLine } from "./live.ts";
import type { Progress } from "./run.ts";
import { Tally } from "./tally.ts";

function progress(): Progress {
  const tally = new Tally();
  for (let i = 0; i < 10; i++) {
    tally.send(0.2);
    tally.end({ status: i < 8 ? 500 : 200 }, { dueMs: 0, sentMs: 0.2, endedMs: 12 });
  }
  tally.drop();
  return { elapsed: 65, seconds: 1, phase: "error phase", rps: 10, inFlight: 1, total: tally, interval: tally };
}

Deno.test("progressLine() tells an interval on one line", () => {
  assert.match(
    progressLine(progress()),
    /^ +65 s +error phase +10\.0\/s +sent 10 +ok 2 +errors 8 \(80\.0 %\) +dropped 1 +p50 12\.0 ms .*lag p99 0\.20 ms +in flight 1 +total 10$/,
  );
});

Deno.test("LiveDisplay.show() draws lines that fit the terminal, whatever its width", () => {
  for (const columns of [40, 80, 200]) {
    let text = "";
    const display = new LiveDisplay(
      { write: (t) => text += t, isTerminal: true, color: false, columns: () => columns },
      {
        duration: 180,
      },
    );
    for (let i = 0; i < 300; i++) {
      text = "";
      display.show(progress());
    }
    // deno-lint-ignore no-control-regex
    const lines = text.replaceAll(/\x1b\[[0-9?]*[A-Za-z]|\r/g, "").split("\n");
    assert.ok(lines.every((line) => line.length < columns), `${columns}: ${lines.join("\n")}`);
    assert.match(text, /65 s of 180 s +error phase/);
    assert.match(text, /errors +80\.0 % [▁-█]+/);
    display.end();
  }
});
