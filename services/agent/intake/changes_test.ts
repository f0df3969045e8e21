import assert from "node:assert/strict";
import { Access } from "../../lib/access/mod.ts";
import { onError } from "../../lib/http/mod.ts";
import { silentLogger } from "../../lib/telemetry/mod.ts";
import { readChanges } from "../connections/mod.ts";
import { changesRoutes } from "./changes.ts";

/** Sends a body to `POST /changes`; also what was kept by then. */
async function send(
  body: unknown,
  options: { readonly tokens?: string[]; readonly bearer?: string; readonly host?: string } = {},
) {
  const folder = Deno.makeTempDirSync();
  const file = `${folder}/changes.jsonl`;
  const app = changesRoutes({
    log: silentLogger,
    access: new Access({ hostname: "127.0.0.1" }),
    alertToken: undefined,
    tokens: options.tokens ?? [],
    services: ["orders", "payments"],
    file,
    now: () => new Date("2026-11-28T11:00:00Z"),
  }).onError(onError(() => {}));
  const response = await app.request("http://127.0.0.1:8088/changes", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      host: options.host ?? "127.0.0.1:8088",
      ...(options.bearer === undefined ? {} : { authorization: `Bearer ${options.bearer}` }),
    },
    body: typeof body === "string" ? body : JSON.stringify(body),
  }, { remoteAddr: { transport: "tcp", hostname: "127.0.0.1", port: 1 } });
  const kept = readChanges(file);
  Deno.removeSync(folder, { recursive: true });
  return { status: response.status, body: await response.json(), kept };
}

const ONE = { service: "orders", text: "deployed" };
const TOKEN = "a-long-token-of-the-team";

Deno.test("POST /changes keeps one change and a list, without credentials in them", async () => {
  assert.deepEqual((await send({ ...ONE, version: "1.2.3", author: "ana" }, { tokens: [TOKEN], bearer: TOKEN })).kept, [
    { service: "orders", at: "2026-11-28T11:00:00.000Z", kind: "deployment", text: "deployed, version 1.2.3, by ana" },
  ]);
  const { body, kept } = await send([ONE, {
    ...ONE,
    service: "*",
    kind: "migration",
    at: "2026-11-28T10:00:00+02:00",
    text: "password=hunter2hunter2",
  }], {
    tokens: [TOKEN],
    bearer: TOKEN,
  });
  assert.deepEqual(body, { ok: true, noted: 2 });
  assert.equal(kept[1]!.at, "2026-11-28T08:00:00.000Z");
  assert.doesNotMatch(kept[1]!.text, /hunter2/);
});

for (
  const [what, body, options, status, words] of [
    ["another token", ONE, { bearer: "wrong" }, 401, /token of the connection/],
    ["no token", ONE, {}, 401, /token of the connection/],
    ["what is no JSON", "service=orders", { bearer: TOKEN }, 400, /not JSON/],
    ["a service that is not there", { ...ONE, service: "ordres" }, { bearer: TOKEN }, 422, /it has orders, payments/],
    ["a change without text", { service: "orders" }, { bearer: TOKEN }, 400, /text/],
    ["a time that is none", { ...ONE, at: "yesterday" }, { bearer: TOKEN }, 400, /expected a time/],
    ["nothing", [], { bearer: TOKEN }, 400, /at least one change/],
  ] as const
) {
  Deno.test(`POST /changes refuses ${what}, and keeps nothing`, async () => {
    const sent = await send(body, { tokens: [TOKEN], ...options });
    assert.equal(sent.status, status);
    assert.match(sent.body.message, words);
    assert.deepEqual(sent.kept, []);
  });
}
