import assert from "node:assert/strict";
import { parseCatalogue } from "../investigation/mod.ts";
import { connectionChecks } from "./connections.ts";

/** The checks of connections whose servers answer by path. */
async function check(connections: string, answers: Readonly<Record<string, () => Response>>) {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => {
    const answer = answers[new URL(request.url).pathname];
    return answer === undefined ? new Response("not here", { status: 404 }) : answer();
  });
  const catalogue = parseCatalogue(
    `connections:\n${connections.replaceAll("HOST", `http://127.0.0.1:${server.addr.port}`)}\nservices: []\n`,
  );
  const outgoing = { fetch, now: () => new Date(), timeoutMs: 5_000 };
  const found = await connectionChecks(catalogue.connections, { outgoing, file: "config/oncall.yaml" });
  await server.shutdown();
  return found;
}

const ok = () => Response.json({});

Deno.test("connectionChecks() asks each kind what needs the right to read", async () => {
  const found = await check(
    `
  a: { kind: mimir, url: HOST }
  b: { kind: loki, url: HOST }
  c: { kind: opensearch, url: HOST, index: logs }
  d: { kind: victorialogs, url: HOST }
  e: { kind: tempo, url: HOST }
  f: { kind: jaeger, url: HOST }
  g: { kind: gitea, url: HOST }
  h: { kind: argocd, url: HOST }
  i: { kind: alertmanager, url: [HOST, HOST/two] }
  j: { kind: file }
  k: { kind: checkout, folder: . }
  l: { kind: webhook }`,
    {
      "/api/v1/query": ok,
      "/loki/api/v1/labels": ok,
      "/logs/_search": ok,
      "/select/logsql/query": () => new Response(""),
      "/api/search": ok,
      "/api/services": ok,
      "/api/v1/version": ok,
      "/api/v1/applications": ok,
      "/api/v2/status": ok,
      "/two/api/v2/status": ok,
    },
  );
  assert.deepEqual(found.filter(({ state }) => state !== "ok"), []);
  assert.equal(found.length, 13);
});

for (
  const [what, connection, answer, words] of [
    [
      "refused credentials",
      "{ kind: loki, url: HOST, headers: { X-Key: { env: HOME } } }",
      () => new Response("", { status: 401 }),
      /refuses \(401\): check what HOME holds/,
    ],
    [
      "missing credentials",
      "{ kind: loki, url: HOST }",
      () => new Response("", { status: 403 }),
      /refuses \(403\): name credentials/,
    ],
    [
      "a missing tenant",
      "{ kind: loki, url: HOST }",
      () => Response.json({ message: "no org id" }, { status: 401 }),
      /set tenant/,
    ],
    ["another path", "{ kind: loki, url: HOST/x }", ok, /has no \/x\/loki\/api\/v1\/labels \(404\): check its url/],
    [
      "a variable that is not set",
      "{ kind: loki, url: HOST, token_env: NOT_SET_HERE }",
      ok,
      /the variable NOT_SET_HERE is not set/,
    ],
    [
      "a server that is not there",
      '{ kind: loki, url: "http://127.0.0.1:1" }',
      ok,
      /no answer.*: start it, or check its url/,
    ],
    ["a folder that is not there", "{ kind: docker, folder: /no/such }", ok, /there is no such folder/],
  ] as const
) {
  Deno.test(`connectionChecks() says what to do about ${what}`, async () => {
    const [found] = await check(`  a: ${connection}`, { "/loki/api/v1/labels": answer });
    assert.equal(found!.state, "failed");
    assert.match(found!.text, words);
  });
}
