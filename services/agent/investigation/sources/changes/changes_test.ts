import assert from "node:assert/strict";
import { addChanges, readChanges } from "../../../connections/mod.ts";
import { type Catalogue, parseCatalogue } from "../../catalogue/mod.ts";
import { createSources } from "../sources.ts";

const NOW = new Date("2026-11-28T11:00:00Z");
const CATALOGUE = `
connections:
  gh: { kind: github, token_env: T }
  gl: { kind: gitlab, url: "http://gitlab.test", token_env: T }
  argo: { kind: argocd, url: "http://argo.test", token_env: T }
  flux: { kind: flux, url: "http://kube.test", namespace: apps, token_env: T }
  hook: { kind: webhook }
services:
  - { name: a, code: { connection: gh, repository: acme/a }, changes: [{ connection: gh, environment: production }] }
  - { name: b, changes: [{ connection: gl, repository: group/sub/b }] }
  - { name: c, changes: [argo] }
  - { name: d, changes: [{ connection: flux, application: d-app }] }
  - { name: e, changes: [hook] }
  - { name: f, changes: [argo, hook] }
`;

/** The events of a service, where each path answers what is given. */
async function events(name: string, answers: Record<string, unknown>, runDir = "none") {
  const asked: string[] = [];
  const catalogue: Catalogue = parseCatalogue(CATALOGUE);
  const sources = createSources(
    { promUrl: "http://p", lbUrl: "http://l", alertmanagerUrl: "http://a", pmUrl: "http://m", runDir },
    {
      catalogue,
      now: () => NOW,
      secrets: { env: () => "secret", file: () => "" },
      fetch: (input, init) => {
        const { pathname, search } = new URL(String(input));
        asked.push(`${pathname}${search} ${(init as { headers: Headers }).headers.get("authorization")}`);
        const body = answers[pathname];
        return Promise.resolve(
          body === undefined ? Response.json({ message: "not here" }, { status: 404 }) : Response.json(body),
        );
      },
    },
  );
  const service = catalogue.services.find((one) => one.name === name);
  return { found: await sources.events(service, new AbortController().signal), asked };
}

Deno.test("changes come from GitHub's deployments, with how they ended", async () => {
  const { found, asked } = await events("a", {
    "/repos/acme/a/deployments": [
      {
        id: 7,
        sha: "0123456789abcdef",
        ref: "main",
        environment: "production",
        created_at: "2026-11-28T10:50:00Z",
        creator: { login: "ana" },
      },
      { id: 6, sha: "ffff", ref: "main", environment: "production", created_at: "2026-11-27T10:00:00Z" },
    ],
    "/repos/acme/a/deployments/7/statuses": [{ state: "success" }],
  });
  assert.equal(asked[0], "/repos/acme/a/deployments?per_page=20&environment=production Bearer secret");
  assert.deepEqual(found.map(({ at }) => at), ["2026-11-27T10:00:00.000Z", "2026-11-28T10:50:00.000Z"]);
  assert.equal(found[1]!.text, "main (0123456789) deployed to production by ana: success");
  assert.equal(found[1]!.kind, "deployment");
});

Deno.test("changes come from GitLab's deployments", async () => {
  const { found, asked } = await events("b", {
    "/api/v4/projects/group%2Fsub%2Fb/deployments": [{
      iid: 3,
      status: "failed",
      ref: "v2",
      sha: "abcdef0123456",
      created_at: "2026-11-28T10:40:00.000+00:00",
      environment: { name: "prod" },
      user: { username: "ravi" },
      deployable: { commit: { title: "Ask payments in the background" } },
    }],
  });
  assert.match(asked[0]!, /order_by=created_at&sort=desc/);
  assert.equal(found[0]!.text, "v2 (abcdef0123) deployed to prod by ravi: failed, Ask payments in the background");
});

Deno.test("changes come from Argo CD: what was deployed, a sync that failed, health", async () => {
  const { found } = await events("c", {
    "/api/v1/applications/c": {
      status: {
        history: [
          { revision: "1111111111111111", deployedAt: "2026-11-28T09:00:00Z", initiatedBy: { automated: true } },
          { revision: "2222222222222222", deployedAt: "2026-11-28T10:55:00Z", initiatedBy: { username: "ana" } },
        ],
        operationState: {
          phase: "Failed",
          message: "one or more objects failed to apply",
          finishedAt: "2026-11-28T10:57:00Z",
        },
        health: { status: "Degraded", lastTransitionTime: "2026-11-28T10:58:00Z" },
      },
    },
  });
  assert.deepEqual(found.map(({ kind }) => kind), [
    "deployment",
    "deployment",
    "deployment_failed",
    "deployment_unhealthy",
  ]);
  assert.equal(found[1]!.text, "Argo CD deployed 2222222222 of c by ana");
});

Deno.test("changes come from Flux' objects in the cluster", async () => {
  const { found, asked } = await events("d", {
    "/apis/kustomize.toolkit.fluxcd.io/v1/namespaces/apps/kustomizations/d-app": {
      status: {
        lastAppliedRevision: "main@sha1:abc",
        conditions: [{
          type: "Ready",
          status: "False",
          reason: "BuildFailed",
          message: "kustomize build failed",
          lastTransitionTime: "2026-11-28T10:30:00Z",
        }],
      },
    },
  });
  assert.equal(asked.length, 2);
  assert.deepEqual(found, [{
    at: "2026-11-28T10:30:00.000Z",
    kind: "deployment_failed",
    text: "Flux' Kustomization d-app is not ready (BuildFailed): kustomize build failed",
  }]);
});

Deno.test("changes come from what was sent to POST /changes, of the service and of all", async () => {
  const runDir = Deno.makeTempDirSync();
  const one = { kind: "migration", at: "2026-11-28T10:00:00.000Z" };
  addChanges(`${runDir}/changes.jsonl`, [{ ...one, service: "e", text: "index dropped" }, {
    ...one,
    service: "x",
    text: "no",
  }]);
  addChanges(`${runDir}/changes.jsonl`, [{ ...one, service: "*", text: "switch replaced" }]);
  Deno.writeTextFileSync(`${runDir}/changes.jsonl`, "broken line\n", { append: true });
  const { found } = await events("e", {}, runDir);
  assert.deepEqual(found.map(({ text }) => text), ["index dropped", "switch replaced"]);
  const many = Array.from({ length: 1_200 }, (_, index) => ({ ...one, service: "e", text: `${index}` }));
  addChanges(`${runDir}/changes.jsonl`, many);
  assert.equal(readChanges(`${runDir}/changes.jsonl`).length, 1_000);
  assert.equal(readChanges(`${runDir}/changes.jsonl`).at(-1)!.text, "1199");
  Deno.removeSync(runDir, { recursive: true });
});

Deno.test("changes of the sources that answer are told, and a refusal where none does", async () => {
  assert.deepEqual((await events("f", {})).found, []);
  await assert.rejects(events("c", {}), /Argo CD answered 404 to the application c: not here/);
});
