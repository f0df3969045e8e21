import assert from "node:assert/strict";
import { answerOf, fake, silenceRow } from "./testing/fake.ts";

Deno.test("alertmanagerChannel() replaces the earlier silence of an incident by a second one, and says so", async () => {
  const { silences, send } = fake();
  assert.doesNotMatch((await answerOf(await send(silenceRow(7_200_000, "a"))))!, /replaces/);
  const second = await answerOf(await send(silenceRow(1_800_000, "b")));
  assert.match(second!, /silenced for 30 min.*It replaces the earlier silence, which was to last until 15:00:00 UTC\./);
  assert.deepEqual(silences.map((s) => s.state), ["expired", "active"]);
});

Deno.test("alertmanagerChannel() says that a longer silence holds where it could not be ended", async () => {
  const { silences, send } = fake({ DELETE: 500 });
  await send(silenceRow(7_200_000, "a"));
  assert.match(
    (await answerOf(await send(silenceRow(1_800_000, "b"))))!,
    /could not be ended and holds until 15:00:00/,
  );
  assert.deepEqual(silences.map((s) => s.state), ["active", "active"]);
});

Deno.test("alertmanagerChannel() answers whoever asked for what is refused, and calls it no failed delivery", async () => {
  const result = await fake({ POST: 400 }).send(silenceRow(1_800_000, "a"));
  assert.equal(result.outcome, "declined");
  assert.match((await answerOf(result))!, /^Silencing failed\./);
});
