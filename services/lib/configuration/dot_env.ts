import { parseEnv } from "node:util";
import { explainDenied } from "./denied.ts";
import { ConfigurationError } from "./problems.ts";

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
    const value = /^(?:export\s+)?[A-Za-z_][A-Za-z0-9_]*\s*=\s*(.*)$/.exec(trimmed)?.[1];
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
 * Variables of the `.env` file in the working directory; none when there is no such file.
 *
 * @throws {ConfigurationError} when the file cannot be read or parsed.
 */
export function loadDotEnv(path = ".env"): Record<string, string> {
  try {
    return parseDotEnv(Deno.readTextFileSync(path), path);
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    if (cause instanceof ConfigurationError) throw cause;
    const reason = explainDenied(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new ConfigurationError(`Cannot read ${path}: ${reason}`, { cause });
  }
}
