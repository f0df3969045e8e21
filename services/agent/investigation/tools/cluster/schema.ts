import * as v from "valibot";

/** A name as objects of a cluster have it; nothing else becomes part of a path. */
export const objectName = v.pipe(
  v.string("expected a name"),
  v.trim(),
  v.regex(/^[A-Za-z0-9]([A-Za-z0-9.:_-]{0,250}[A-Za-z0-9])?$/, "expected the name of an object"),
);

export const optionalName = v.optional(v.nullable(objectName));

/** How a model is told of it. */
export const NAMESPACE = { type: "string", description: "default: the alert's" } as const;
