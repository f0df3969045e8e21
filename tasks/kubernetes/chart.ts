import { stringify } from "yaml";
import { type Files, WRITTEN } from "./kustomize.ts";
import {
  agent,
  agentConfiguration,
  agentMonitoring,
  agentPolicy,
  balancer,
  clusterAccess,
  inventory,
  sampleMonitoring,
  samplePolicies,
} from "./parts/mod.ts";
import { NAMESPACE, replaced, type Value, valuesOf } from "./value.ts";

/** What a chart's template holds, and the switches that must be on for it. */
interface Template {
  readonly objects: readonly unknown[];
  readonly switches?: readonly Value<boolean>[];
}

const sample: Value<boolean> = {
  path: "sample.enabled",
  fallback: false,
  help: "install the sample system too: inventory and balancer",
};
const operator: Value<boolean> = {
  path: "prometheusOperator.enabled",
  fallback: false,
  help: "install ServiceMonitor, PrometheusRule and AlertmanagerConfig",
};
const policies: Value<boolean> = {
  path: "networkPolicies.enabled",
  fallback: true,
  help: "install network policies",
};

function templates(alerts: string): Record<string, Template> {
  return {
    agent: { objects: [...agentConfiguration(), ...agent()] },
    cluster_access: { objects: clusterAccess() },
    agent_policy: { objects: [agentPolicy()], switches: [policies] },
    sample: { objects: [...inventory(), ...balancer()], switches: [sample] },
    sample_policies: { objects: samplePolicies(), switches: [sample, policies] },
    agent_monitoring: { objects: agentMonitoring(alerts), switches: [operator] },
    sample_monitoring: { objects: sampleMonitoring(alerts), switches: [sample, operator] },
  };
}

/** An object as YAML whose values are Helm expressions; what looks like an expression in a text is kept as text. */
function templateOf(object: unknown): string {
  const expressions: string[] = [];
  const marked = replaced(object, (placeholder) => `HELM_VALUE_${expressions.push(placeholder.expression) - 1}_`);
  return stringify(marked, { lineWidth: 0, aliasDuplicateObjects: false })
    .replaceAll("{{", '{{ "{{" }}')
    .replace(/HELM_VALUE_(\d+)_/g, (_, index) => expressions[Number(index)]!);
}

function templateFile({ objects, switches = [] }: Template): string {
  const body = objects.map(templateOf).join("---\n");
  if (switches.length === 0) return WRITTEN + body;
  const test = switches.map((value) => `.Values.${value.path}`);
  return `${WRITTEN}{{- if ${test.length === 1 ? test[0] : `and ${test.join(" ")}`} }}\n${body}{{- end }}\n`;
}

/** The values by their paths, each once. */
function allValues(alerts: string): Value[] {
  const all = Object.values(templates(alerts));
  const found = [...all.flatMap(({ objects }) => valuesOf(objects)), ...all.flatMap(({ switches }) => switches ?? [])];
  const byPath = new Map(found.map((value) => [value.path, value] as const));
  byPath.delete(NAMESPACE.path);
  return [...byPath.values()].sort((a, b) => a.path < b.path ? -1 : 1);
}

/** A tree of what `leaf` makes of each value, by the parts of its path. */
function tree(values: readonly Value[], leaf: (value: Value) => unknown): Record<string, unknown> {
  const root: Record<string, unknown> = {};
  for (const value of values) {
    const names = value.path.split(".");
    let at = root;
    for (const name of names.slice(0, -1)) at = (at[name] ??= {}) as Record<string, unknown>;
    at[names.at(-1)!] = leaf(value);
  }
  return root;
}

function valuesFile(values: readonly Value[]): string {
  const lines: string[] = [];
  const groups = Object.groupBy(values, (value) => value.path.split(".")[0]!);
  for (const [group, members] of Object.entries(groups)) {
    for (const value of members ?? []) lines.push(`# ${value.path}: ${value.help}`);
    lines.push(stringify({ [group]: tree(members ?? [], (value) => value.fallback)[group] }, { lineWidth: 0 }));
  }
  return WRITTEN + lines.join("\n");
}

/** Each value with its type; a name that is none of them is refused. */
function valuesSchema(values: readonly Value[]): Record<string, unknown> {
  const closed = (node: Record<string, unknown>): Record<string, unknown> => ({
    type: "object",
    additionalProperties: false,
    properties: Object.fromEntries(
      Object.entries(node).map(([key, child]) =>
        [key, leaves.has(child) ? child : closed(child as Record<string, unknown>)] as const
      ),
    ),
  });
  const leaves = new Set<unknown>();
  const root = tree(values, ({ fallback, help, schema }) => {
    const leaf = { description: help, type: typeof fallback === "number" ? "integer" : typeof fallback, ...schema };
    leaves.add(leaf);
    return leaf;
  });
  // What Helm itself puts beside a chart's values.
  root.global = { type: "object" };
  leaves.add(root.global);
  return { $schema: "http://json-schema.org/draft-07/schema#", title: "Values of the oncall chart", ...closed(root) };
}

const NOTES =
  `The agent listens on http://oncall-agent.{{ .Release.Namespace }}.svc:8088 as soon as its Secret is there:

  kubectl -n {{ .Release.Namespace }} create secret generic {{ .Values.agent.secretName }} \\
    --from-literal=ALERT_TOKEN=$(openssl rand -hex 24) --from-literal=CONSOLE_TOKEN=$(openssl rand -hex 24)

The console: kubectl -n {{ .Release.Namespace }} port-forward service/oncall-agent 8088
`;

/** The Helm chart, below `config/kubernetes/chart/`. */
export function chartFiles(alerts: string, version: string): Files {
  const values = allValues(alerts);
  const chart = {
    apiVersion: "v2",
    name: "oncall",
    description: "An on-call engineer: investigates alerts, names the cause with its evidence, and tells a person.",
    type: "application",
    version,
    appVersion: version,
    kubeVersion: ">=1.25.0-0",
  };
  return {
    "chart/Chart.yaml": WRITTEN + stringify(chart, { lineWidth: 0 }),
    "chart/values.yaml": valuesFile(values),
    "chart/values.schema.json": `${JSON.stringify(valuesSchema(values), null, 2)}\n`,
    "chart/templates/NOTES.txt": NOTES,
    ...Object.fromEntries(
      Object.entries(templates(alerts)).map(([name, template]) =>
        [`chart/templates/${name}.yaml`, templateFile(template)] as const
      ),
    ),
  };
}
