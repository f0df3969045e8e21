import { isDeep, MOST_NESTED } from "./deep_json.ts";

/**
 * The value of a JSON text that others wrote.
 *
 * @throws {SyntaxError} when it is none, or nested so deep that walking it would end the program.
 */
export function parseJson(text: string): unknown {
  if (isDeep(text)) throw new SyntaxError(`it is nested deeper than ${MOST_NESTED} levels`);
  return JSON.parse(text);
}
