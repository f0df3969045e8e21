import * as v from "valibot";

/** The argument by which a tool looks at another service than the incident's own. */
export const ofService = v.optional(v.pipe(v.string(), v.trim(), v.nonEmpty("expected a name"), v.maxLength(100)));

/** The same as JSON Schema. */
export const OF_SERVICE = {
  type: "string",
  description: "another service of the configuration; default: the incident's own",
} as const;
