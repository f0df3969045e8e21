import { loadDotEnv } from "../../lib/configuration/mod.ts";

/** Where a secret is: never in the configuration itself. */
export interface SecretPlace {
  readonly env?: string | undefined;
  readonly file?: string | undefined;
}

/** Why a secret is not there; the words name its place and say what to do. */
export class SecretMissing extends Error {
  override name = "SecretMissing";
}

/** Reads secrets; tests pass their own. */
export interface SecretReader {
  env(name: string): string | undefined;
  file(path: string): string;
}

/** The environment, then `.env`; files as they are now, because tokens are rotated in place. */
export const secretReader: SecretReader = {
  env(name) {
    const given = Deno.env.get(name);
    return given || loadDotEnv()[name] || undefined;
  },
  file: (path) => Deno.readTextFileSync(path),
};

/**
 * The secret at `place`; undefined where it names none.
 *
 * @throws {SecretMissing} when it names one that is not there or empty.
 */
export function secretAt(place: SecretPlace, reader: SecretReader = secretReader): string | undefined {
  const { env, file } = place;
  if (env !== undefined) {
    const value = reader.env(env)?.trim();
    if (!value) throw new SecretMissing(`the variable ${env} is not set: set it in the environment or in .env`);
    return value;
  }
  if (file === undefined) return undefined;
  let value: string;
  try {
    value = reader.file(file).trim();
  } catch (cause) {
    const why = cause instanceof Deno.errors.NotFound ? "there is no such file" : "it may not be read";
    throw new SecretMissing(`the secret in ${file} cannot be read: ${why}`, { cause });
  }
  if (value === "") throw new SecretMissing(`the file ${file} is empty: write the secret into it`);
  if (/[\r\n]/.test(value)) {
    throw new SecretMissing(`the file ${file} has more than one line: it must hold the secret alone`);
  }
  return value;
}
