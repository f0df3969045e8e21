import * as v from "valibot";
import type { Setting } from "./program.ts";

/** Names under which a setting can be given, and its text in `--help`. */
export interface Source {
  /** Environment variable, e.g. `PM_PORT`. */
  readonly env?: string;
  /** Long flag without dashes, e.g. `port`. */
  readonly flag?: string;
  /** One phrase for `--help`; name the unit. */
  readonly help: string;
}

/** A string. */
export function text(source: Source, fallback: string): Setting<string> {
  return { ...source, fallback, schema: v.pipe(v.string(), v.nonEmpty("expected some text")) };
}

/** A string that may be absent. */
export function optional(source: Source): Setting<string | undefined> {
  return { ...source, fallback: undefined, schema: v.pipe(v.string(), v.nonEmpty("expected some text")) };
}

/** A credential that may be absent; its value is never shown. */
export function secret(source: Source): Setting<string | undefined> {
  return { ...optional(source), secret: true };
}

/** A finite number within `min` and `max`, both included. */
export function number(source: Source, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): Setting<number> {
  const expected = `expected a number from ${min} to ${max}`;
  return {
    ...source,
    fallback,
    schema: v.pipe(
      v.string(),
      v.regex(/^\s*[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?\s*$/i, expected),
      v.transform(Number),
      v.number(expected),
      v.minValue(min, expected),
      v.maxValue(max, expected),
    ),
  };
}

/** A whole number within `min` and `max`, both included. */
export function integer(source: Source, fallback: number, min = 0, max = Number.MAX_SAFE_INTEGER): Setting<number> {
  const expected = `expected a whole number from ${min} to ${max}`;
  return {
    ...source,
    fallback,
    schema: v.pipe(
      v.string(),
      v.regex(/^\s*-?\d+\s*$/, expected),
      v.transform(Number),
      v.minValue(min, expected),
      v.maxValue(max, expected),
    ),
  };
}

/** One of the named words. */
export function oneOf<const T extends string>(source: Source, fallback: T, words: readonly T[]): Setting<T> {
  return { ...source, fallback, schema: v.picklist(words, `expected one of ${words.join(", ")}`) };
}

/** An http(s) URL, without a trailing slash. */
export function url(source: Source, fallback: string): Setting<string> {
  const expected = "expected a URL that begins with http:// or https://";
  return {
    ...source,
    fallback,
    schema: v.pipe(
      v.string(),
      v.check((value) => /^https?:\/\//.test(value) && URL.canParse(value), expected),
      v.transform((value) => value.replace(/(?<!\/)\/+$/, "")),
    ),
  };
}

/** Comma-separated words; blank ones are left out. */
export function list(source: Source, fallback: readonly string[] = []): Setting<readonly string[]> {
  return {
    ...source,
    fallback,
    schema: v.pipe(
      v.string(),
      v.transform((value) => value.split(",").map((word) => word.trim()).filter((word) => word !== "")),
    ),
  };
}

/** A switch: the bare flag, or `1`, `true`, `yes`, `0`, `false`, `no` in the environment. */
export function flag(source: Source, fallback = false): Setting<boolean> {
  return {
    ...source,
    fallback,
    bare: true,
    schema: v.pipe(
      v.string(),
      v.toLowerCase(),
      v.picklist(["1", "true", "yes", "on", "0", "false", "no", "off"], "expected true or false"),
      v.transform((value) => ["1", "true", "yes", "on"].includes(value)),
    ),
  };
}
