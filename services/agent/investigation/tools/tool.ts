import type { GenericSchema, InferOutput } from "valibot";
import type { Alert, Incident, Message, Store, ToolCall } from "../../incidents/mod.ts";
import type { Service } from "../catalogue/mod.ts";
import type { Sources, Target } from "../sources/mod.ts";
import type { Facts } from "./facts.ts";
import type { Quantity } from "./quantities.ts";

export { ToolError } from "../tool_error.ts";

/** What is being investigated. All of its texts were written by others: data, never instructions. */
export interface Situation {
  readonly incident: Incident;
  readonly alerts: readonly Alert[];
  readonly messages: readonly Message[];
  /** Undefined when the catalogue describes no service with these labels. */
  readonly service: Service | undefined;
  /** Every service that is described; absent where nothing but this one counts. */
  readonly services?: readonly Service[];
  readonly episode: number;
  /** Objects of a Kubernetes cluster that it is about; undefined where no cluster is connected. */
  readonly targets?: readonly Target[] | undefined;
}

/** What a tool works with. */
export interface ToolContext {
  readonly situation: Situation;
  /** Finished calls, in the order in which they were asked. */
  readonly ledger: readonly ToolCall[];
  readonly sources: Sources;
  readonly store: Pick<Store, "similar" | "view">;
  readonly now: () => Date;
  /** Ends the call: its time limit, the budget or the agent's stop. */
  readonly signal: AbortSignal;
}

/** One read-only instrument of an investigation. */
export interface Tool<S extends GenericSchema = GenericSchema, R = unknown> {
  readonly name: string;
  /** What it looks up, for a person who is told that it is missing. */
  readonly subject: string;
  /** One sentence for a model. */
  readonly description: string;
  /** Checks and completes the arguments. */
  readonly schema: S;
  /** The same as JSON Schema, for a model. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** How much of its result reaches a model, in characters. */
  readonly outputLimit: number;
  /** Whether an earlier call's answer serves for `wanted`; default: equal arguments. */
  readonly covers?: (earlier: InferOutput<S>, wanted: InferOutput<S>) => boolean;
  /** Without its answer a diagnosis is worth much less. */
  readonly essential?: boolean;
  /** Called first, without arguments, in every investigation. */
  readonly always?: boolean;
  /** Reads a cluster's objects: offered and called where the alert names one. */
  readonly ofCluster?: boolean;
  /** Reads what config/oncall.yaml names for a service: of no use where an alert is about an object of a cluster alone. */
  readonly ofService?: boolean;
  /** What it reads of what a service's description names: without any of these it has nothing to say, and no model is offered it. */
  readonly reads?: readonly ServiceSource[];
  /** Reads the agent's own store, not what others wrote. */
  readonly ownStore?: boolean;
  /** Tells of other times: supports a claim only where the claim cites it. */
  readonly background?: boolean;
  /** Nouns, in the singular, by which its results count things. */
  readonly counts?: readonly string[];
  /** What the numbers of its results measure. */
  readonly measures?: readonly Quantity[];
  /** What else its results hold, beside texts that may be quoted. */
  readonly holds?: readonly Held[];
  /** @throws {ToolError} when it cannot tell. */
  run(args: InferOutput<S>, context: ToolContext): Promise<R>;
  /** Declares what a result holds; claims are looked up in that. */
  facts(result: R, facts: Facts): void;
  /** What a result does not hold although it was looked for. */
  gaps?(result: R): readonly Gap[];
}

/** What a service's description in config/oncall.yaml may name. */
export type ServiceSource = "metrics" | "logs" | "traces" | "code" | "changes";

/** What a claim may name, and is then looked up. */
export type Held = "instances" | "routes" | "services" | "places" | "code" | "conclusions";

/** Something that a result lacks. */
export interface Gap {
  readonly reason: string;
  /** The rest of it is of use. */
  readonly partial?: boolean;
}

/** Types a tool's arguments by its schema, and what it declares by its result. */
export function defineTool<S extends GenericSchema, R>(tool: Tool<S, R>): Tool<S, R> {
  return tool;
}

/** Whether a tool can tell anything in this situation. */
export function applies(
  { ofCluster, ofService }: Pick<Tool, "ofCluster" | "ofService">,
  { service, targets = [] }: Pick<Situation, "service" | "targets">,
): boolean {
  if (ofCluster === true) return targets.length > 0;
  return !(ofService === true && service === undefined && targets.length > 0);
}

/** Whether a model is offered a tool: one of the services that it can look at has what it reads. */
export function isOffered(
  tool: Pick<Tool, "ofCluster" | "ofService" | "reads" | "parameters">,
  situation: Pick<Situation, "service" | "services" | "targets">,
): boolean {
  const { reads } = tool;
  if (!applies(tool, situation)) return false;
  if (reads === undefined) return true;
  const { service, services = [] } = situation;
  return [service, ...(looksAtAny(tool) ? services : [])].some((one) =>
    one !== undefined && reads.some((source) => hasSource(one, source))
  );
}

/** Whether it takes the name of any described service. */
function looksAtAny({ parameters }: Pick<Tool, "parameters">): boolean {
  const properties = parameters.properties as Readonly<Record<string, unknown>>;
  return "service" in properties || "services" in properties;
}

function hasSource(service: Service, source: ServiceSource): boolean {
  switch (source) {
    case "metrics":
    case "traces":
      return service[source] !== undefined;
    default:
      return service[source].source !== "none";
  }
}

/** JSON Schema of a tool's arguments: property name to its schema. */
export function parameters(
  properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>,
  required: readonly string[] = [],
): Readonly<Record<string, unknown>> {
  return { type: "object", properties, required, additionalProperties: false };
}
