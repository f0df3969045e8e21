import { parseEnv } from "node:util";
import { explainDenied } from "./denied.ts";
import { nearest } from "./nearest.ts";
import { ConfigurationError } from "./problems.ts";
import { VARIABLES } from "./variables.ts";

/**
 * Variables of a `.env` text, as `name -> value`.
 *
 * @throws {ConfigurationError} naming each line that is neither blank, a comment nor `NAME=value`.
 */
export function parseDotEnv(text: string, path = ".env"): Record<string, string> {
  const problems: string[] = [];
  let quote: string | undefined;
  for (const [index, line] of text.split("\n").entries()) {
    if (quote !== undefined) {
      if (line.includes(quote)) quote = undefined;
      continue;
    }
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) continue;
    const value = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(\S.*|)$/.exec(trimmed)?.[1];
    if (value === undefined) {
      problems.push(`${path} line ${index + 1}: expected NAME=value`);
      continue;
    }
    const opening = /^["'`]/.exec(value)?.[0];
    if (opening !== undefined && !value.slice(1).includes(opening)) quote = opening;
  }
  if (quote !== undefined) problems.push(`${path}: a value's quote ${quote} is never closed`);
  if (problems.length > 0) throw new ConfigurationError(problems);
  return parseEnv(text) as Record<string, string>;
}

/**
 * Variables of the `.env` file in the working directory; none when there is no such file. A name that no executable knows is
 * refused: it is a slip of the hand, and what it was to set would silently stay at its default.
 *
 * @throws {ConfigurationError} when the file cannot be read or parsed, or naming each variable that is unknown.
 */
export function loadDotEnv(path = ".env"): Record<string, string> {
  try {
    const variables = parseDotEnv(Deno.readTextFileSync(path), path);
    const unknown = Object.keys(variables).filter((name) => !VARIABLES.has(name));
    if (unknown.length > 0) throw new ConfigurationError(unknown.map((name) => unknownVariable(name, path)));
    return variables;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    if (cause instanceof ConfigurationError) throw cause;
    const reason = explainDenied(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new ConfigurationError(`Cannot read ${path}: ${reason}`, { cause });
  }
}

function unknownVariable(name: string, path: string): string {
  const meant = nearest(name, VARIABLES);
  const hint = meant === undefined ? "remove it (.env.example lists all variables)" : `did you mean ${meant}?`;
  return `${path}: unknown variable ${name}, ${hint}`;
}
