import assert from "node:assert/strict";
import { parseCatalogue } from "../../catalogue/mod.ts";
import { SPACE } from "../../cluster/testing/build.ts";
import { FAULTS } from "../../cluster/testing/faults.ts";
import { createSources } from "../sources.ts";
import { FakeCluster } from "./testing/fake_cluster.ts";
import { toApi } from "./testing/to_api.ts";

const signal = new AbortController().signal;
const LOOK = { namespaces: [SPACE], nodes: [], near: new Set<string>() };

function sourcesOf(connections: string) {
  const options = { promUrl: "http://p", lbUrl: "http://l", alertmanagerUrl: "http://a", pmUrl: "http://m" };
  const catalogue = parseCatalogue(`connections:\n${connections}\nservices: []\n`);
  return createSources(options, { fetch, now: () => new Date(), catalogue });
}

Deno.test("a connection of kind kubernetes reads a cluster over HTTP by its address and token", async () => {
  const { objects, logs } = toApi(FAULTS[0]!.cluster);
  const fake = new FakeCluster(objects, { logs, behavior: { token: "t-1" } });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => fake.answer(request));
  const token = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(token, "t-1\n");
    const url = `http://127.0.0.1:${server.addr.port}`;
    const { cluster } = sourcesOf(`  prod: { kind: kubernetes, url: "${url}", token_file: "${token}" }`);
    const first = await cluster!.look(LOOK, signal);
    assert.ok(first.cluster.workloads.length > 0);
    const asked = fake.requests.length;
    // Tools that are called one after the other share one look.
    assert.equal(await cluster!.look(LOOK, signal), first);
    assert.equal(fake.requests.length, asked);
    fake.behavior.token = "t-2";
    await assert.rejects(
      cluster!.look({ ...LOOK, namespaces: ["other"] }, signal),
      /does not accept the agent's credentials/,
    );
    await Deno.writeTextFile(token, "t-2\n");
    assert.equal((await cluster!.look({ ...LOOK, namespaces: ["other"] }, signal)).cluster.workloads.length, 0);
  } finally {
    await server.shutdown();
    await Deno.remove(token);
  }
});

Deno.test("a connection of kind kubernetes says what is wrong with its kubeconfig, and tries again later", async () => {
  const { cluster } = sourcesOf("  prod: { kind: kubernetes, kubeconfig: run/no-such-kubeconfig }");
  for (let attempt = 0; attempt < 2; attempt++) {
    await assert.rejects(cluster!.look(LOOK, signal), { code: "not_configured" });
  }
  const none = sourcesOf("  logs: { kind: docker }");
  assert.equal(none.cluster, undefined);
});

Deno.test("connections of kind kubernetes that say too little or too much are refused", () => {
  for (
    const [fields, expected] of [
      ["", /expected one of in_cluster: true, kubeconfig: PATH, or url/],
      [", in_cluster: true, kubeconfig: a", /expected one of in_cluster/],
      [", in_cluster: true, context: a", /context is of use with kubeconfig only/],
      [", url: https://x, token: abc", /a secret may not stand in this file/],
      [", kubeconfig: a, insecure: true", /insecure/],
    ] as const
  ) {
    assert.throws(() => sourcesOf(`  prod: { kind: kubernetes${fields} }`), expected, fields);
  }
});

Deno.test("a look at a cluster that may be read in part notes what is missing, and concludes nothing from it", async () => {
  const fault = FAULTS.find((one) => one.name === "no such tag")!;
  const { objects, logs } = toApi(fault.cluster);
  const fake = new FakeCluster(objects, {
    logs,
    behavior: { forbidden: ["services", "endpointslices", "configmaps", "nodes", "pods/log"] },
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => fake.answer(request));
  try {
    const { cluster } = sourcesOf(`  prod: { kind: kubernetes, url: "http://127.0.0.1:${server.addr.port}" }`);
    const seen = await cluster!.look(LOOK, signal);
    for (const kind of ["Service", "ConfigMap", "Node", "Secret"] as const) {
      assert.ok(seen.cluster.unread.includes(kind), kind);
    }
    assert.ok(seen.forbidden.some((one) => /^services: .*does not let the agent read this \(403\)/.test(one)));
    assert.ok(seen.partial.length <= 1);
  } finally {
    await server.shutdown();
  }
});
