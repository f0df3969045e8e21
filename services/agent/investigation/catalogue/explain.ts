import type * as v from "valibot";
import type { Connections } from "../../connections/mod.ts";
import { type Dangling, problemOf } from "./references.ts";

/** The problems of a file with the words of the one option that was meant, where there are several. */
export function explained(issues: readonly v.BaseIssue<unknown>[], value: unknown): Dangling[] {
  return issues.map((issue) => {
    const path = pathOf(issue);
    return { path, message: messageOf(issue, { path, value }) };
  });
}

function pathOf(issue: v.BaseIssue<unknown>): (string | number)[] {
  return (issue.path ?? []).map((item) => item.key as string | number);
}

function messageOf(
  issue: v.BaseIssue<unknown>,
  { path, value }: { readonly path: readonly (string | number)[]; readonly value: unknown },
): string {
  if (issue.type === "variant" && path.at(-1) === "source" && path.at(-2) === "logs") {
    const { connection } = valueAt(value, path.slice(0, -1)) as { connection?: unknown };
    const connections = (value as { connections?: Connections }).connections ?? {};
    const problem = typeof connection === "string" ? problemOf(connection, { part: "logs", connections }) : null;
    if (problem !== null) return problem;
  }
  if (issue.type === "strict_object" && issue.expected === "never") {
    return `this field is not known here${
      besideWords(path)
    }; the reference lists the fields (docs/reference/configuration.md)`;
  }
  if (issue.type === "strict_object" && issue.received === "undefined" && issue.path !== undefined) {
    return "it is required";
  }
  if (issue.type === "union" && issue.issues !== undefined) {
    // One option accepts the value's own type and says what is wrong with it.
    const deeper = issue.issues.find(({ type, kind }) => kind === "validation" && type !== "union");
    if (deeper !== undefined) return deeper.message;
  }
  return issue.message;
}

/** What a field may have been meant to be: a part that has its fields one level deeper or higher. */
function besideWords(path: readonly (string | number)[]): string {
  const field = path.at(-1);
  const home = typeof field === "string" && Object.hasOwn(HOMES, field) ? HOMES[field] : undefined;
  return home === undefined || path.includes(home.split(".")[0]!) ? "" : `: expected it under ${home}`;
}

function valueAt(value: unknown, path: readonly (string | number)[]): unknown {
  return path.reduce((at: unknown, key) => (at as Record<string | number, unknown> | undefined)?.[key], value);
}

/** Fields that are easily put at the wrong place. */
const HOMES: Readonly<Record<string, string>> = {
  selector: "metrics",
  window: "metrics",
  requests: "metrics",
  latency: "metrics",
  labels: "metrics",
  ignore_routes: "metrics",
  error_percent: "objectives",
  latency_ms: "objectives",
  frames: "code",
  include: "code",
  exclude: "code",
  repository: "code",
  entry: "logs",
  query: "logs",
  depends_on: "services",
};
