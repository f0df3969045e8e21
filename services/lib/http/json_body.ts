import type { Context } from "hono";
import * as v from "valibot";
import { ApiError } from "./api_error.ts";
import { isDeep, MOST_NESTED } from "./deep_json.ts";

/** Every problem of a failed check, as `field: what was expected`, joined by "; ". */
export function problemsOf(issues: readonly v.BaseIssue<unknown>[]): string {
  return issues.map((issue) => {
    const field = v.getDotPath(issue);
    return field === null ? issue.message : `${field}: ${issue.message}`;
  }).join("; ");
}

/** Checks `input` against `schema`, all problems at once. */
export function parseInput<S extends v.GenericSchema>(
  schema: S,
  input: unknown,
  status: 400 | 422 = 400,
): v.InferOutput<S> {
  const parsed = v.safeParse(schema, input);
  if (parsed.success) return parsed.output;
  throw new ApiError(status, "invalid_input", problemsOf(parsed.issues));
}

/**
 * The request's JSON body, checked against `schema`; an empty body counts as `{}`.
 *
 * @throws {ApiError} 400 `invalid_json`, or `status` `invalid_input` naming each field.
 */
export async function jsonBody<S extends v.GenericSchema>(
  c: Context,
  schema: S,
  status: 400 | 422 = 400,
): Promise<v.InferOutput<S>> {
  const text = await c.req.text();
  let input: unknown = {};
  if (isDeep(text)) {
    throw new ApiError(400, "invalid_json", `The body is nested too deep: at most ${MOST_NESTED} levels are read.`);
  }
  if (text.trim() !== "") {
    try {
      input = JSON.parse(text);
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new ApiError(400, "invalid_json", `The body is not JSON: ${reason}.`, {}, { cause });
    }
  }
  return parseInput(schema, input, status);
}
