import * as v from "valibot";
import { list, type Setting } from "../../lib/configuration/mod.ts";

/** Somebody as another service knows them, and what we call them. */
export interface NamedPerson {
  readonly id: string;
  readonly name: string;
}

const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** `U0123=anna,U0456=ravi`: which of our people each id of another service means. */
export function peopleSetting(
  source: { readonly env: string; readonly help: string },
  id: RegExp,
  expected: string,
): Setting<readonly NamedPerson[]> {
  return {
    ...source,
    fallback: [],
    schema: v.pipe(
      list({ help: "" }).schema,
      v.transform((pairs) =>
        pairs.map((pair) => {
          const at = pair.indexOf("=");
          return { id: pair.slice(0, Math.max(at, 0)).trim(), name: pair.slice(at + 1).trim() };
        })
      ),
      v.array(v.pipe(
        v.custom<NamedPerson>(() => true),
        v.check((one) => id.test(one.id) && NAME.test(one.name), `expected ${expected}`),
      )),
    ),
  };
}

/** What we call whoever has this id there. */
export function personOf(people: readonly NamedPerson[], id: string): string | undefined {
  return people.find((one) => one.id === id)?.name;
}
