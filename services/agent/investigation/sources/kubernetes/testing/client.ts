import { KubernetesClient } from "../api/mod.ts";
import { type Credentials, NO_CREDENTIALS } from "../connection/mod.ts";
import { type Behavior, FakeCluster } from "./fake_cluster.ts";
import type { Json } from "../api/mod.ts";

/** A client of a fake API server that serves these objects. */
export function clientOf(
  objects: readonly Json[],
  { behavior = {}, credentials = NO_CREDENTIALS, logs = {} }: {
    readonly behavior?: Behavior;
    readonly credentials?: Credentials;
    readonly logs?: Readonly<Record<string, readonly string[]>>;
  } = {},
): { client: KubernetesClient; fake: FakeCluster } {
  const fake = new FakeCluster(objects, { behavior, logs });
  const connection = { name: "test", server: "https://cluster.test/base", tls: {}, credentials };
  return { client: new KubernetesClient(connection, { fetch: fake.fetch }), fake };
}

export function pod(name: string, namespace = "shop"): Json {
  return { apiVersion: "v1", kind: "Pod", metadata: { namespace, name }, spec: { nodeName: "left" }, status: {} };
}
