import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import { catalogueSchema } from "../../services/agent/mod.ts";

type Fields = Record<string, JsonSchema>;

/** The JSON Schema of `config/oncall.yaml` as a person writes it, with all short forms, for editors. */
export function configSchema(): string {
  const schema = toJsonSchema(catalogueSchema, { typeMode: "input", errorMode: "ignore" }) as JsonSchema & {
    properties: Fields;
  };
  const service = ((schema.properties.services as JsonSchema).items as JsonSchema) as JsonSchema & {
    properties: Fields;
  };
  writtenShort(service.properties);
  service.required = ["name"];
  const { name: _, ...shared } = service.properties;
  const text = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "config/oncall.yaml of OnCallAgent",
    ...withoutSchema(schema),
    properties: {
      ...schema.properties,
      defaults: {
        description: "What services share; $service stands for each one's name.",
        type: "object",
        properties: shared,
        additionalProperties: false,
      },
      services: {
        anyOf: [
          { type: "array", items: service },
          { type: "object", additionalProperties: { anyOf: [{ ...service, required: [] }, { type: "null" }] } },
        ],
      },
    },
  };
  return `${JSON.stringify(text, null, 2)}\n`;
}

function withoutSchema({ $schema: _, ...rest }: JsonSchema): JsonSchema {
  return rest;
}

/** Adds the short forms that are brought into the long one when the file is read. */
function writtenShort(fields: Fields): void {
  const text: JsonSchema = { type: "string" };
  const labels: JsonSchema = { type: "object", additionalProperties: { type: ["string", "number", "boolean"] } };
  fields.match = { anyOf: [fields.match!, labels] };
  fields.addresses = { anyOf: [fields.addresses!, text] };
  const dependencies = fields.depends_on as JsonSchema;
  const dependency = dependencies.items as JsonSchema & { properties: Fields };
  dependency.properties.addresses = { anyOf: [dependency.properties.addresses!, text] };
  fields.depends_on = { anyOf: [{ ...dependencies, items: { anyOf: [dependency, text] } }, text] };
  const metrics = fields.metrics as JsonSchema & { properties: Fields };
  metrics.properties.selector = { anyOf: [metrics.properties.selector!, labels] };
  for (const name of ["requests", "errors", "latency", "cpu", "memory", "start_time"]) {
    metrics.properties[name] = {
      anyOf: [metrics.properties[name]!, text, ...(name === "errors" ? [selectorAlone()] : [])],
    };
  }
  // Defaults may say it.
  metrics.required = [];
  fields.logs = {
    anyOf: [...(fields.logs!.anyOf ?? fields.logs!.oneOf ?? []).map((one) => withoutRequired(one as JsonSchema)), text],
  };
  for (const name of ["traces", "code"]) fields[name] = { anyOf: [withoutRequired(fields[name]!), text] };
  const changes = withoutRequired(fields.changes!) as JsonSchema & { properties: Fields };
  const from = (changes.properties.from as JsonSchema).items as JsonSchema;
  fields.changes = { anyOf: [changes, from, text, { type: "array", items: { anyOf: [from, text] } }] };
}

/** Connections decide which fields are needed, and defaults may have them. */
function withoutRequired(schema: JsonSchema): JsonSchema {
  return { ...schema, required: [] };
}

function selectorAlone(): JsonSchema {
  return {
    type: "object",
    properties: { selector: { type: "string" } },
    required: ["selector"],
    additionalProperties: false,
  };
}
