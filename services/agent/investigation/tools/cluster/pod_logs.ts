import * as v from "valibot";
import { defineTool, parameters, ToolError } from "../tool.ts";
import { textFacts } from "./facts.ts";
import { clusterOf, namespaceOf } from "./look.ts";
import { NAMESPACE, objectName, optionalName } from "./schema.ts";

export interface PodLogsResult {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string | null;
  /** Of the container before its last restart. */
  readonly previous: boolean;
  /** The newest lines, oldest first. */
  readonly lines: readonly string[];
  readonly note: string | null;
}

const MOST = 200;
const LONGEST = 400;

/** The last lines of a pod's container. */
export const podLogs = defineTool({
  name: "pod_logs",
  subject: "the pod's log",
  counts: ["line"],
  description: "Kubernetes: newest log lines of a pod; previous: true reads the container before its last restart.",
  schema: v.strictObject({
    pod: objectName,
    namespace: optionalName,
    container: optionalName,
    previous: v.optional(v.nullable(v.boolean()), false),
    lines: v.optional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MOST))), 80),
  }),
  parameters: parameters({
    pod: { type: "string" },
    namespace: NAMESPACE,
    container: { type: "string" },
    previous: { type: "boolean" },
    lines: { type: "integer", maximum: MOST },
  }, ["pod"]),
  timeoutMs: 12_000,
  outputLimit: 8_000,
  ofCluster: true,
  async run({ pod, namespace: asked, container, previous, lines }, context): Promise<PodLogsResult> {
    const namespace = namespaceOf(asked, context.situation);
    const client = await clusterOf(context).client();
    const { signal } = context;
    const wanted = container || await client.firstContainer({ namespace, name: pod }, signal);
    if (wanted === undefined) throw new ToolError("not_found", `there is no pod ${pod} in ${namespace}`);
    const read = await client.log({ namespace, name: pod }, {
      container: wanted,
      previous: previous === true,
      tailLines: lines ?? 80,
      signal,
    });
    return {
      namespace,
      pod,
      container: wanted,
      previous: previous === true,
      lines: read.map((line) => line.slice(0, LONGEST)),
      note: read.length === 0 ? "the container has written nothing" : null,
    };
  },
  facts(result, facts) {
    facts.instance(result.pod).count(result.lines?.length, ["line"]).quote(result);
    for (const line of result.lines ?? []) textFacts(line, facts, []);
  },
});
