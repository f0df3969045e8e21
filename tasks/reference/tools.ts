import { type Tool, tools } from "../../services/agent/mod.ts";
import { code, table } from "./markdown.ts";
import { fieldsOf } from "./schema.ts";

/** The page of the tools of an investigation, as they declare themselves. */
export function toolsPage(): string {
  return `# Tools of the investigation

Each reads, none writes. A diagnosis is checked against what their results hold: a number has to be there with its quantity, its
unit and its owner; an instance, a route, a place or a quotation has to be there as it is. Numbers in texts of others are taken for
what the words around them say. How to add one: [CONTRIBUTING](../../CONTRIBUTING.md).

${[...tools.values()].map(section).join("\n")}`;
}

function section(tool: Tool): string {
  const { name, description, schema, timeoutMs, outputLimit, counts = [], measures = [], holds = [] } = tool;
  const fields = fieldsOf(schema);
  const rows = [
    ["Offered", offeredWhen(tool)],
    ["Called", tool.always === true ? "first in every investigation, so that a source that is missing is told" : ""],
    ["Its numbers measure", measures.length > 0 ? measures.join(", ") : "what the words beside them say"],
    ["Counts", counts.join(", ")],
    ["Holds also", [...holds, "quotations"].join(", ")],
    ["Limits", `${timeoutMs / 1000} s; ${outputLimit} characters reach a model`],
  ].filter(([, text]) => text !== "");
  const taken = fields.length === 0 ? "No arguments.\n" : table(
    ["Argument", "Accepts", "Required", "Default"],
    fields.map((field) => [
      code(field.name),
      field.accepts,
      field.required ? "yes" : "",
      code(field.fallback),
    ]),
  );
  return `## \`${name}\`\n\n${description}\n\n${taken}\n${
    table(["Property", "Value"], rows.map(([head, text]) => [head!, text!]))
  }`;
}

function offeredWhen({ reads, ofCluster, background }: Tool): string {
  const times = background === true ? "; supports a claim only where the claim cites it" : "";
  if (ofCluster === true) return `where the alert names an object of a connected cluster${times}`;
  if (reads === undefined) return `always${times}`;
  return `where a service that it can look at has ${reads.join(" or ")} in \`config/oncall.yaml\`${times}`;
}
