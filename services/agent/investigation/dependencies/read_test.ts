import assert from "node:assert/strict";
import { failureOf, peerText } from "./mod.ts";
import { jvm, neighbours, node, others, own, proxies, python } from "./testing/messages.ts";

for (const [group, cases] of Object.entries({ node, python, jvm, others, proxies, own })) {
  Deno.test(`failureOf() reads how a call failed, and the other side, when ${group} clients say it`, () => {
    const wrong = cases.flatMap(([message, way, peer]) => {
      const found = failureOf(message);
      const said = found?.peer == null ? null : peerText(found.peer);
      return found?.way === way && (peer === null || said === peer)
        ? []
        : [`${found?.way} ${said} where ${way} ${peer} was expected: ${message.slice(0, 90)}`];
    });
    assert.deepEqual(wrong, []);
  });
}

Deno.test("failureOf() reads nothing when a program's own exception mentions a connection or a status", () => {
  assert.deepEqual(neighbours.filter((message) => failureOf(message) !== null), []);
});

Deno.test("failureOf() tells a full disk of the process from one of its database", () => {
  assert.equal(failureOf("Error: ENOSPC: no space left on device, write")?.own, true);
  const other = failureOf('psycopg2.errors.DiskFull: could not extend file "base/1/2": No space left on device');
  assert.deepEqual([other?.own, other?.kind], [false, "database"]);
});

Deno.test("failureOf() takes linear time when a line is long and full of near matches", () => {
  const line = "connection to ".repeat(5_000) + "503 from ".repeat(5_000);
  failureOf(Array(200).fill(line).join("\n"));
});
