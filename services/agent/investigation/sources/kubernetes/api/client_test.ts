import assert from "node:assert/strict";
import { tokenFile } from "../connection/mod.ts";
import { clientOf, pod } from "../testing/client.ts";
import { KubernetesError } from "./error.ts";
import type { Json } from "./json.ts";

const signal = new AbortController().signal;
const name = (one: Json) => (one.metadata as Json).name as string;
const many = (count: number) => Array.from({ length: count }, (_, index) => pod(`web-${index}`));

Deno.test("KubernetesClient.list() reads all pages, and says what it leaves out", async () => {
  const { client, fake } = clientOf(many(1_203), { behavior: { pageSize: 100 } });
  const all = await client.list("pods", { namespace: "shop", signal }, name);
  assert.equal(all.items.length, 1_203);
  assert.equal(all.cut, undefined);
  assert.equal(fake.requests.length, 13);
  assert.equal(fake.requests[0]!.path, "/base/api/v1/namespaces/shop/pods");
  const some = await client.list("pods", { most: 250, signal }, name);
  assert.deepEqual([some.items.length, some.cut], [250, "only 250 pods were read, there are more"]);
});

Deno.test("KubernetesClient.list() begins again, once, when its pages expire", async () => {
  const { client } = clientOf(many(30), { behavior: { pageSize: 10, expired: 1 } });
  assert.equal((await client.list("pods", { signal }, name)).items.length, 30);
  const twice = clientOf(many(30), { behavior: { pageSize: 10, expired: 2 } });
  await assert.rejects(
    twice.client.list("pods", { signal }, name),
    (error) => (error as KubernetesError).status === 410,
  );
});

Deno.test("KubernetesClient.list() reads smaller pages where one is too large, and leaves out what alone is", async () => {
  const large = (bytes: number) =>
    [1, 2, 3, 4, 5, 6].map((n) => ({
      ...pod(`p${n}`),
      data: { text: "x".repeat(bytes) },
    }));
  const { client, fake } = clientOf(large(5 * 2 ** 20));
  assert.equal((await client.list("pods", { pageSize: 8, signal }, name)).items.length, 6);
  assert.deepEqual(fake.requests.map((one) => one.query.get("limit")).slice(0, 2), ["8", "2"]);
  const huge = await clientOf(large(17 * 2 ** 20)).client.list("pods", { pageSize: 2, signal }, name);
  assert.deepEqual([huge.items.length, huge.cut], [0, "one of the pods is too large to be read"]);
});

Deno.test("KubernetesClient.list() asks a busy server again, and reads an exchanged token after a 401", async () => {
  const busy = clientOf(many(3), { behavior: { busy: 2 } });
  assert.equal((await busy.client.list("pods", { signal }, name)).items.length, 3);
  assert.equal(busy.fake.requests.length, 3);
  let token = "old";
  const credentials = tokenFile("token", () => Promise.resolve(`${token}\n`));
  const exchanged = clientOf(many(1), { behavior: { token: "old" }, credentials });
  await exchanged.client.list("pods", { signal }, name);
  token = "new";
  exchanged.fake.behavior.token = "new";
  assert.equal((await exchanged.client.list("pods", { signal }, name)).items.length, 1);
  assert.deepEqual(exchanged.fake.requests.map((one) => one.authorization), ["Bearer old", "Bearer old", "Bearer new"]);
  exchanged.fake.behavior.token = "third";
  await assert.rejects(
    exchanged.client.list("pods", { signal }, name),
    /does not accept the agent's credentials \(401\)/,
  );
});

Deno.test("KubernetesClient.list() says what the server refuses, and never asks for Secrets", async () => {
  const { client } = clientOf([], { behavior: { forbidden: ["pods"] } });
  await assert.rejects(client.list("pods", { signal }, name), (error: KubernetesError) => {
    assert.match(error.message, /the API server of test does not let the agent read this \(403\): pods is forbidden/);
    return error.code === "refused";
  });
  await assert.rejects(client.list("secrets" as "pods", { signal }, name), TypeError);
});

Deno.test("KubernetesClient says of each bad answer what it is", async () => {
  const bad: [string, RegExp][] = [
    ["<html>login</html>", /not JSON/],
    ["[1,2]", /not JSON/],
    ["", /not JSON/],
    ['{"kind":"PodList","items":{"a":1}}', /no list/],
  ];
  for (const [garbage, expected] of bad) {
    await assert.rejects(clientOf([], { behavior: { garbage } }).client.list("pods", { signal }, name), expected);
  }
  const empty = clientOf([], { behavior: { garbage: '{"kind":"PodList","items":null}' } });
  assert.deepEqual((await empty.client.list("pods", { signal }, name)).items, []);
  const away = new (clientOf([]).client.constructor as typeof import("./client.ts").KubernetesClient)(
    clientOf([]).client.connection,
    { fetch: () => Promise.reject(new TypeError("invalid peer certificate: UnknownIssuer")) },
  );
  await assert.rejects(away.version(signal), /its certificate is not trusted: check certificate-authority/);
});

Deno.test("KubernetesClient ends a slow answer with the caller's signal", async () => {
  const { client } = clientOf([], { behavior: { slowMs: 3_600_000 } });
  await assert.rejects(client.version(AbortSignal.timeout(10)), { code: "timeout" });
});

Deno.test("KubernetesClient.log() reads the newest lines, and those before a restart", async () => {
  const { client, fake } = clientOf([pod("web-1")], {
    logs: { "shop/web-1/web": ["a", "b", "c"], "shop/web-1/web/previous": ["boom"] },
  });
  const where = { namespace: "shop", name: "web-1" };
  assert.deepEqual(await client.log(where, { container: "web", tailLines: 2, signal }), ["b", "c"]);
  assert.deepEqual(await client.log(where, { container: "web", previous: true, tailLines: 9, signal }), ["boom"]);
  await assert.rejects(client.log(where, { container: "no", previous: true, tailLines: 9, signal }), { status: 400 });
  assert.equal(fake.requests[0]!.query.get("limitBytes"), "262144");
});

Deno.test("KubernetesClient.watch() yields what changes, and ends with 410 when its version is gone", async () => {
  const event = { type: "MODIFIED", object: pod("web-1") };
  const { client } = clientOf([], { behavior: { watches: { pods: [[event, event], [event, 410]] } } });
  const seen: string[] = [];
  const options = { resourceVersion: "1", signal };
  for await (const { type } of client.watch("pods", options)) seen.push(type);
  assert.deepEqual(seen, ["MODIFIED", "MODIFIED"]);
  await assert.rejects(async () => {
    for await (const { type } of client.watch("pods", options)) seen.push(type);
  }, { status: 410 });
  assert.equal(seen.length, 3);
});
