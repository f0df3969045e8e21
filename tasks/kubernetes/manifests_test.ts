import assert from "node:assert/strict";
import { join } from "node:path";
import { Ajv } from "ajv";
import { parse } from "yaml";
import type { IContainer, IPodSpec } from "kubernetes-models/v1";
import * as apps from "kubernetes-models/apps/v1";
import * as autoscaling from "kubernetes-models/autoscaling/v2";
import * as networking from "kubernetes-models/networking.k8s.io/v1";
import * as policy from "kubernetes-models/policy/v1";
import * as rbac from "kubernetes-models/rbac.authorization.k8s.io/v1";
import * as core from "kubernetes-models/v1";
import { type RoleName, roles, ROOT, settingsOf } from "../build/mod.ts";
import { MANIFESTS, manifests } from "./mod.ts";
import { objectsIn, renderTemplate } from "./testing/helm.ts";
import { podSecurityProblems } from "./testing/pod_security.ts";

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  // deno-lint-ignore no-explicit-any -- the shapes of a dozen kinds, each checked by its schema
  readonly [field: string]: any;
}

/** A group of the chart's values by its name. */
type Values = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const files = await manifests();
const MODELS: Readonly<Record<string, unknown>> = {
  ...apps,
  ...autoscaling,
  ...networking,
  ...policy,
  ...rbac,
  ...core,
};

/** The objects of the files whose paths begin so, without kustomize's own. */
function objects(...prefixes: readonly string[]): KubernetesObject[] {
  return Object.entries(files)
    .filter(([path]) => prefixes.some((prefix) => path.startsWith(prefix)) && !path.endsWith("kustomization.yaml"))
    .flatMap(([, text]) => objectsIn(text) as KubernetesObject[])
    .filter((object) => object.kind !== undefined);
}

const all = () =>
  objects("base/", "sample/", "overlays/").filter((object) => object.spec ?? object.rules ?? object.roleRef);
const pods = (): IPodSpec[] =>
  all().filter((object) => object.spec?.template).map((object) => object.spec.template.spec);

Deno.test("config/kubernetes holds what deno task manifests writes, and nothing else", async () => {
  const found: string[] = [];
  const walk = async (folder: string) => {
    for await (const entry of Deno.readDir(join(ROOT, MANIFESTS, folder))) {
      const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory) await walk(path);
      else found.push(path);
    }
  };
  await walk("");
  assert.deepEqual(found.sort(), Object.keys(files).sort());
  for (const [path, text] of Object.entries(files)) {
    assert.equal(await Deno.readTextFile(join(ROOT, MANIFESTS, path)), text, `${path}: run deno task manifests`);
  }
});

Deno.test("each object fits the schema of its kind", () => {
  let checked = 0;
  for (const object of objects("base/", "sample/", "overlays/")) {
    if (object.apiVersion.startsWith("monitoring.coreos.com/")) continue;
    const Model = MODELS[object.kind] as (new (data: unknown) => { validate(): void }) | undefined;
    assert.ok(Model, `no schema for ${object.kind}`);
    assert.doesNotThrow(() => new Model(object).validate(), `${object.kind} ${object.metadata.name}`);
    checked++;
  }
  assert.equal(checked, 30);
});

Deno.test("each pod is what the restricted level of Pod Security lets in", () => {
  for (const pod of pods()) assert.deepEqual(podSecurityProblems(pod), []);
  assert.equal(pods().length, 5);
});

Deno.test("each pod has limits and probes, and a token only where its account may read something", () => {
  for (const pod of pods()) {
    for (const container of pod.containers) {
      assert.ok(container.resources?.limits?.memory, container.name);
      assert.ok(container.readinessProbe && container.livenessProbe, container.name);
    }
    assert.ok(pod.automountServiceAccountToken === false || pod.serviceAccountName !== undefined);
  }
});

Deno.test("every name that an object mentions is another object's", () => {
  const named = new Set(
    objects("base/", "sample/", "overlays/").map((object) => `${object.kind} ${object.metadata.name}`),
  );
  // Made by the person who installs it: docs/running-in-kubernetes.md.
  named.add("Secret oncall-agent");
  const missing: string[] = [];
  const need = (kind: string, name: string | undefined) => {
    if (name !== undefined && !named.has(`${kind} ${name}`)) missing.push(`${kind} ${name}`);
  };
  for (const pod of pods()) {
    need("ServiceAccount", pod.serviceAccountName);
    for (const volume of pod.volumes ?? []) {
      need("ConfigMap", volume.configMap?.name);
      need("Secret", volume.secret?.secretName);
      need("PersistentVolumeClaim", volume.persistentVolumeClaim?.claimName);
    }
    for (const source of pod.containers.flatMap((container) => container.envFrom ?? [])) {
      need("ConfigMap", source.configMapRef?.name);
      need("Secret", source.secretRef?.name);
    }
  }
  for (const object of all()) {
    need(object.spec?.scaleTargetRef?.kind, object.spec?.scaleTargetRef?.name);
    need(object.roleRef?.kind, object.roleRef?.name);
    if (object.kind === "StatefulSet") need("Service", object.spec.serviceName);
  }
  assert.deepEqual(missing, []);
});

Deno.test("every selector finds pods, and every named port is one of theirs", () => {
  const templates = all().filter((object) => object.spec?.template).map((object) => object.spec.template);
  const selected = (labels: Record<string, string>) =>
    templates.filter((template) =>
      Object.entries(labels).every(([key, value]) => template.metadata.labels[key] === value)
    );
  let selectors = 0;
  for (const object of all()) {
    const labels = object.kind === "Service" ? object.spec.selector : object.spec?.selector?.matchLabels ??
      object.spec?.podSelector?.matchLabels;
    if (labels === undefined || object.kind === "ServiceMonitor") continue;
    assert.ok(selected(labels).length > 0, `${object.kind} ${object.metadata.name} selects no pod`);
    selectors++;
    if (object.kind !== "Service") continue;
    for (const { targetPort } of object.spec.ports) {
      const ports = selected(labels).flatMap((t) => t.spec.containers.flatMap((c: IContainer) => c.ports ?? []));
      assert.ok(
        ports.some((port: { name?: string }) => port.name === targetPort),
        `${object.metadata.name}: ${targetPort}`,
      );
    }
  }
  assert.ok(selectors >= 15, `${selectors} selectors`);
});

Deno.test("every variable that a pod gets is a setting of its executable", async () => {
  const settings = await Promise.all((["agent", "lb", "inventory"] as const).map(variablesOf));
  const [agent] = settings;
  const known: Readonly<Record<string, readonly string[]>> = {
    agent: settings[0]!,
    lb: settings[1]!,
    inventory: settings[2]!,
  };
  const named = pods().flatMap((pod) => pod.containers)
    .flatMap(({ name, env }) => (env ?? []).map((variable) => [name, variable.name] as const));
  assert.ok(named.length >= 7, `${named.length} variables`);
  for (const [name, variable] of named) assert.ok(known[name]?.includes(variable), `${name}: ${variable}`);
  const maps = objects("base/", "overlays/trial/settings").filter((o) => o.metadata.name === "oncall-agent-settings");
  assert.equal(maps.length, 2);
  for (const name of maps.flatMap((map) => Object.keys(map.data))) assert.ok(agent!.includes(name), name);
});

async function variablesOf(role: RoleName): Promise<string[]> {
  return Object.values(await settingsOf(roles[role])).flatMap(({ env }) => env ?? []);
}

Deno.test("the chart renders to the same objects as kustomize, by its switches", () => {
  const values = parse(files["chart/values.yaml"]!) as Values;
  const render = (release: Record<string, unknown>, namespace: string) =>
    Object.entries(files).filter(([path]) => path.startsWith("chart/templates/") && path.endsWith(".yaml"))
      .flatMap(([, text]) => objectsIn(renderTemplate(text, { namespace, values: release })));
  const byName = (list: unknown[]) =>
    (list as KubernetesObject[]).filter((o) => o.kind !== "Namespace")
      .sort((a, b) => `${a.kind} ${a.metadata.name}` < `${b.kind} ${b.metadata.name}` ? -1 : 1);
  assert.deepEqual(byName(render(values, "oncall")), byName(objects("base/")));
  const everything = {
    ...values,
    sample: { enabled: true },
    prometheusOperator: { ...values.prometheusOperator, enabled: true },
  };
  assert.deepEqual(
    byName(render(everything, "oncall")),
    byName(objects("base/", "sample/", "overlays/prometheus-operator")),
  );
  const elsewhere = JSON.stringify(render({ ...everything, image: { ...values.image, tag: "9.9" } }, "shop"));
  assert.match(elsewhere, /"image":"oncall-agent:9\.9"/);
  assert.match(elsewhere, /oncall-agent\.shop\.svc:8088/);
  assert.doesNotMatch(elsewhere, /"namespace":"oncall"/);
});

Deno.test("the chart's schema takes its values, and refuses an unknown name and a wrong type", () => {
  const validate = new Ajv({ strict: true }).compile(JSON.parse(files["chart/values.schema.json"]!));
  const values = parse(files["chart/values.yaml"]!) as Values;
  assert.ok(validate(values), JSON.stringify(validate.errors));
  assert.equal(validate({ ...values, balancer: { ...values.balancer, replicsa: 3 } }), false);
  assert.equal(validate({ ...values, balancer: { ...values.balancer, replicas: "3" } }), false);
  assert.equal(validate({ ...values, image: { ...values.image, pullPolicy: "Sometimes" } }), false);
  assert.equal(validate({ ...values, agent: { ...values.agent, settings: { LB_URL: 3 } } }), false);
});

const KUSTOMIZABLE = Object.keys(files).filter((path) => path.endsWith("/kustomization.yaml"));
const kubectl = await new Deno.Command("kubectl", { args: ["kustomize", "--help"], stdout: "null", stderr: "null" })
  .output().then(({ success }) => success, () => false);

Deno.test({
  name: "kustomize renders each folder to objects in the namespace, with the trial's own monitoring (kubectl on PATH)",
  ignore: !kubectl,
  async fn() {
    for (const path of KUSTOMIZABLE) {
      const folder = join(ROOT, MANIFESTS, path, "..");
      const { success, stdout, stderr } = await new Deno.Command("kubectl", { args: ["kustomize", folder] }).output();
      assert.ok(success, new TextDecoder().decode(stderr));
      const text = new TextDecoder().decode(stdout);
      const rendered = objectsIn(text) as KubernetesObject[];
      for (const { kind, metadata } of rendered) {
        if (/^(Namespace|ClusterRole|ClusterRoleBinding)$/.test(kind)) continue;
        assert.equal(metadata.namespace, "oncall", `${path}: ${kind} ${metadata.name}`);
      }
      if (path.includes("trial")) {
        assert.match(text, /PROM_URL: http:\/\/prometheus:9090/);
        assert.doesNotMatch(text, /metadata\.name: monitoring/);
      }
    }
  },
});
