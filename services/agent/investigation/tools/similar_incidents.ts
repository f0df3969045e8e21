import * as v from "valibot";
import { defineTool, parameters } from "./tool.ts";

/** What `similar_incidents` answers. */
export interface SimilarResult {
  readonly incidents: readonly {
    code: string;
    opened_at: string;
    resolved_at: string | null;
    service: string;
    title: string;
    root_cause: string | null;
    affected_file: string | null;
    line_number: number | null;
  }[];
}

/** Past incidents whose words are like these. */
export const similarIncidents = defineTool({
  name: "similar_incidents",
  ownStore: true,
  subject: "similar incidents",
  background: true,
  counts: ["incident"],
  description: "Past incidents like this one, or like `text` (an error message, a file), with their diagnoses.",
  schema: v.strictObject({ text: v.optional(v.nullable(v.pipe(v.string(), v.maxLength(500)))) }),
  parameters: parameters({ text: { type: "string" } }),
  timeoutMs: 3_000,
  outputLimit: 3_000,
  async run({ text }, { situation: { incident }, store }): Promise<SimilarResult> {
    const found = await store.similar(text || incident.title, { limit: 5, except: incident.id });
    return {
      incidents: found.map((other) => ({
        code: other.code,
        opened_at: other.opened_at,
        resolved_at: other.resolved_at,
        service: other.service,
        title: other.title,
        root_cause: other.diagnosis?.root_cause ?? null,
        affected_file: other.diagnosis?.affected_file ?? null,
        line_number: other.diagnosis?.line_number ?? null,
      })),
    };
  },
  facts(result, facts) {
    facts.count(result.incidents?.length, ["incident"]).quote(result);
    for (const { title } of result.incidents ?? []) facts.said(title);
  },
});
