import * as v from "valibot";
import { stringify } from "yaml";
import { RESOURCES } from "../../sources/mod.ts";
import { defineTool, parameters, ToolError } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { clusterOf, lookInto, namespaceOf } from "./look.ts";
import { shownObject } from "./shown_object.ts";
import { NAMESPACE, objectName, optionalName } from "./schema.ts";

export interface DescribeResult {
  readonly object: string;
  readonly namespace: string | null;
  /** As YAML, without what Secrets and ConfigMaps hold and what only servers need. */
  readonly yaml: string;
  readonly events: readonly string[];
  readonly cut: boolean;
}

const LONGEST = 7_000;
const MOST_EVENTS = 12;

/** Names by which a kind may be asked for. */
const KINDS: ReadonlyMap<string, keyof typeof RESOURCES> = new Map(
  (Object.entries(RESOURCES) as [keyof typeof RESOURCES, (typeof RESOURCES)[keyof typeof RESOURCES]][])
    .filter(([name]) => !/Metrics$/.test(name))
    .flatMap(([name, one]) => [[one.kind.toLowerCase(), name], [one.plural, name]] as const),
);

/** One object with its events. */
export const describe = defineTool({
  name: "describe",
  subject: "the object",
  description:
    "Kubernetes: one object as YAML with its events, e.g. kind pod, deployment, service, node. Secrets cannot be read.",
  schema: v.strictObject({ kind: v.pipe(v.string(), v.maxLength(40)), name: objectName, namespace: optionalName }),
  parameters: parameters({ kind: { type: "string" }, name: { type: "string" }, namespace: NAMESPACE }, [
    "kind",
    "name",
  ]),
  timeoutMs: 30_000,
  outputLimit: 9_000,
  ofCluster: true,
  async run({ kind, name, namespace: asked }, context): Promise<DescribeResult> {
    const resource = KINDS.get(kind.toLowerCase().trim());
    if (resource === undefined) {
      throw new ToolError(
        "invalid_arguments",
        /^secrets?$/i.test(kind)
          ? "Secrets are never read"
          : `kind is one of ${[...new Set(KINDS.values())].map((one) => RESOURCES[one].kind).join(", ")}`,
      );
    }
    const { namespaced } = RESOURCES[resource];
    const namespace = namespaced ? namespaceOf(asked, context.situation) : null;
    const client = await clusterOf(context).client();
    const found = await client.get(resource, {
      object: name,
      ...namespace === null ? {} : { namespace },
      signal: context.signal,
    });
    const yaml = stringify(shownObject(found), { lineWidth: 0, aliasDuplicateObjects: false });
    const events = namespace === null
      ? []
      : (await lookInto(namespace, context)).cluster.events.filter((one) =>
        one.object.name === name || one.object.name.startsWith(`${name}-`)
      ).toSorted((one, other) => one.lastSeconds - other.lastSeconds);
    return {
      object: `${RESOURCES[resource].kind.toLowerCase()}/${name}`,
      namespace,
      yaml: yaml.slice(0, LONGEST),
      events: events.slice(0, MOST_EVENTS).map((one) =>
        `${Math.round(one.lastSeconds)} s ago ${one.type} ${one.reason} ${one.objectKind}/${one.object.name}: ${
          one.message.slice(0, 300)
        }`
      ),
      cut: yaml.length > LONGEST,
    };
  },
  facts(result, facts) {
    facts.quote(result);
    for (const line of (result.yaml ?? "").split("\n")) textFacts(line.trim(), facts, [result.object]);
    for (const text of result.events ?? []) textFacts(text, facts, [result.object]);
  },
});
