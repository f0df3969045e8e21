import assert from "node:assert/strict";
import { ModelError } from "./mod.ts";
import { REPORT, tryHabit } from "./testing/endpoint.ts";
import { ENDPOINTS } from "./testing/endpoints/mod.ts";
import { modelAt } from "./testing/model.ts";

for (const { endpoint, habits } of ENDPOINTS) {
  for (const habit of habits) {
    Deno.test(`Model.ask() understands an endpoint when ${endpoint}: ${habit.name}`, async () => {
      const { ask, seen } = tryHabit(habit);
      const { fails, requests = 1, calls = [{ tool: "report", arguments: REPORT }], text = "" } = habit;
      if (fails !== undefined) {
        await assert.rejects(ask(), (error) => {
          assert.ok(error instanceof ModelError, String(error));
          assert.match(error.message, fails.says);
          assert.equal(error.kind, fails.kind);
          if (fails.waitMs !== undefined) assert.equal(error.retryAfterMs, fails.waitMs);
          return true;
        });
        return;
      }
      const answer = await ask();
      assert.deepEqual(plain(answer.calls), plain(calls));
      assert.equal(answer.text, text);
      assert.equal(seen.length, requests);
      // What was refused is remembered: the next question is right at once.
      assert.deepEqual(plain((await ask()).calls), plain(calls));
      assert.equal(seen.length, requests + 1);
      for (const { body } of seen) assert.equal(body.messages.at(-1).content.includes("undefined"), false);
    });
  }
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

Deno.test("Model.ask() reads no more than its limit of an answer that does not end", async () => {
  let sent = 0;
  let ended = false;
  const megabyte = new TextEncoder().encode(" ".repeat(1_000_000));
  const body = () =>
    new ReadableStream<Uint8Array>({
      pull(controller) {
        sent++;
        controller.enqueue(megabyte);
      },
      cancel() {
        ended = true;
      },
    });
  const model = modelAt("http://model.test/v1", { fetch: () => Promise.resolve(new Response(body())) });
  const messages = () => [{ role: "user" as const, content: "hi" }];
  await assert.rejects(
    model.ask({ messages, tools: [], mostTokens: 10 }, { meter: model.budget.meter(0) }),
    /more than 8 MB/,
  );
  assert.ok(sent < 12 && ended);
});
