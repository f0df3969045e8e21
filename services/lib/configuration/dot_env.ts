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
 * Variables of the `.env` file in the working directory; none when there is no such file. A name that no executable and no
 * connection of `config/oncall.yaml` knows is refused: it is a slip of the hand, and what it was to set would silently stay at its default.
 *
 * @throws {ConfigurationError} when the file cannot be read or parsed, or naming each variable that is unknown.
 */
export function loadDotEnv(path = ".env"): Record<string, string> {
  try {
    const variables = parseDotEnv(Deno.readTextFileSync(path), path);
    const unknown = Object.keys(variables).filter((name) =>
      !VARIABLES.has(name) && !isNamedIn(configurationOf(variables), name)
    );
    if (unknown.length > 0) throw new ConfigurationError(unknown.map((name) => unknownVariable(name, path)));
    return variables;
  } catch (cause) {
    if (cause instanceof Deno.errors.NotFound) return {};
    if (cause instanceof ConfigurationError) throw cause;
    const reason = explainDenied(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new ConfigurationError(`Cannot read ${path}: ${reason}`, { cause });
  }
}

/** The description of the services, whose connections name variables of their own; null where it may not be read. */
function configurationOf(variables: Readonly<Record<string, string>>): string | null {
  try {
    return Deno.readTextFileSync(variables.ONCALL_CONFIG || "config/oncall.yaml");
  } catch (error) {
    return error instanceof Deno.errors.NotFound ? "" : null;
  }
}

/** Whether a connection takes a secret from that variable; who cannot look trusts a name that is no slip of a known one. */
function isNamedIn(configuration: string | null, name: string): boolean {
  if (configuration === null) return nearest(name, VARIABLES) === undefined;
  return configuration.split(/[^\w]+/).includes(name);
}

function unknownVariable(name: string, path: string): string {
  const meant = nearest(name, VARIABLES);
  const hint = meant === undefined
    ? "remove it (.env.example lists all variables), or name it in config/oncall.yaml"
    : `did you mean ${meant}?`;
  return `${path}: unknown variable ${name}, ${hint}`;
}
