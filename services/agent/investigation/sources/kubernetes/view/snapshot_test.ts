import assert from "node:assert/strict";
import { type Cluster, weigh } from "../../../cluster/mod.ts";
import { FAULTS } from "../../../cluster/testing/faults.ts";
import { WELL } from "../../../cluster/testing/well.ts";
import { SPACE } from "../../../cluster/testing/build.ts";
import { KubernetesClient } from "../api/mod.ts";
import { NO_CREDENTIALS } from "../connection/mod.ts";
import { FakeCluster } from "../testing/fake_cluster.ts";
import { toApi } from "../testing/to_api.ts";
import { readCluster } from "./snapshot.ts";

async function seen(cluster: Cluster) {
  const { objects, logs } = toApi(cluster);
  const fake = new FakeCluster(objects, { logs, now: new Date(cluster.readAtMs) });
  const client = new KubernetesClient(
    { name: "test", server: "https://cluster.test", tls: {}, credentials: NO_CREDENTIALS },
    { fetch: fake.fetch },
  );
  const { cluster: read } = await readCluster(client, { namespaces: [SPACE], nodes: [], near: new Set() }, {
    signal: new AbortController().signal,
    now: () => new Date(cluster.readAtMs),
  });
  // What an API server does not tell, and other sources do.
  const { calls, signals, failures, probes, declared, alerts } = cluster;
  const daemons = cluster.daemons.length > 0 ? cluster.daemons : read.daemons;
  const known = new Set(read.calls.map((one) => `${one.from}>${one.to}`));
  const told = calls.filter((one) => !known.has(`${one.from}>${one.to}`));
  return {
    ...read,
    signals,
    failures: [...read.failures, ...failures],
    probes,
    daemons,
    declared,
    alerts,
    calls: [...read.calls, ...told],
  };
}

const shown = (causes: { cause: string; object: { name: string } }[]) =>
  causes.map((one) => `${one.cause} ${one.object.name}`);

for (const fault of FAULTS) {
  Deno.test(`readCluster() reads of an API server what the rules need when there is: ${fault.name}`, async () => {
    const { causes } = weigh(await seen(fault.cluster));
    assert.equal(shown(causes)[0], `${fault.cause} ${fault.object}`, shown(causes).join("; "));
  });
}

for (const { name, cluster } of WELL) {
  Deno.test(`readCluster() reads nothing that rules blame when there is: ${name}`, async () => {
    assert.deepEqual(shown(weigh(await seen(cluster)).causes), []);
  });
}
