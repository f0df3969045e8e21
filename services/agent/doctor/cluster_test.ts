import assert from "node:assert/strict";
import { parseCatalogue } from "../investigation/catalogue/mod.ts";
import { FakeCluster } from "../investigation/sources/kubernetes/testing/fake_cluster.ts";
import { cluster } from "./cluster.ts";

const settings = { promUrl: "http://p", lbUrl: "http://l", alertmanagerUrl: "http://a", pmUrl: "http://m" };
const CONNECTED = 'connections:\n  prod: { kind: kubernetes, url: "http://cluster.test" }\nservices: []\n';

async function checked(yaml: string, fetch: typeof globalThis.fetch) {
  const outgoing = { fetch, now: () => new Date(), timeoutMs: 5_000 };
  const { state, text } = await cluster(settings, { catalogue: parseCatalogue(yaml), outgoing });
  return `${state}: ${text}`;
}

Deno.test("cluster() says whether a cluster answers, and what may not be read of it", async () => {
  const fake = new FakeCluster([]);
  assert.equal(await checked(CONNECTED, fake.fetch), "ok: prod (v1.35.0) can be read; Secrets are never asked for");
  assert.deepEqual(fake.requests.filter(({ path }) => /secret/i.test(path)), []);
  const closed = new FakeCluster([], { behavior: { forbidden: ["events", "pods"] } });
  assert.match(
    await checked(CONNECTED, closed.fetch),
    /^failed: prod .* does not let the agent read events, pods, pods\.metrics\.k8s\.io: give/,
  );
  const away = () => Promise.reject(new TypeError("Connection refused (os error 111)"));
  assert.match(
    await checked(CONNECTED, away),
    /^failed: the API server of prod cannot be reached: connection refused;/,
  );
  assert.match(await checked("services: []\n", fake.fetch), /^skipped: not configured/);
});
