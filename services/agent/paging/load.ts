import * as v from "valibot";
import { isNode, LineCounter, parseDocument } from "yaml";
import { ConfigurationError } from "../../lib/configuration/mod.ts";
import { People } from "./people.ts";
import { type PeopleFile, peopleSchema } from "./schema.ts";

const DEFAULT_PATH = "config/people.yaml";

/** What says who there is. */
export interface PeopleSettings {
  readonly peopleConfig: string | undefined;
  /** `USER_WHATSAPP_NUMBER`. */
  readonly operators: readonly string[];
}

/**
 * The people of the file that the settings name, else of the default one. Where that is not there, several operators'
 * numbers stand in for each other: a page that one does not get goes to the next. Undefined for fewer.
 *
 * @throws {ConfigurationError} when the file cannot be read or has mistakes.
 */
export function peopleOf({ peopleConfig, operators }: PeopleSettings): People | undefined {
  const path = peopleConfig ?? DEFAULT_PATH;
  try {
    return parsePeople(Deno.readTextFileSync(path), path);
  } catch (cause) {
    if (cause instanceof ConfigurationError) throw cause;
    if (cause instanceof Deno.errors.NotFound && peopleConfig === undefined) return standingIn(operators);
    const reason = cause instanceof Deno.errors.NotFound ? "there is no such file" : (cause as Error).message;
    throw new ConfigurationError(`Cannot read ${path} (PEOPLE_CONFIG): ${reason}`, { cause });
  }
}

function standingIn(operators: readonly string[]): People | undefined {
  if (operators.length < 2) return undefined;
  const contacts = operators.map((to) => ({ channel: "whatsapp", to }));
  return new People({
    people: { operator: { name: "the next operator", contacts } },
    schedules: {},
    policies: { operators: { steps: [{ page: ["operator"], wait: 0 }], repeat: 0 } },
    routing: [],
  });
}

/** The people of a YAML text. @throws {ConfigurationError} with line and field of each mistake. */
export function parsePeople(text: string, path = DEFAULT_PATH): People {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const lineOf = (keys: readonly PropertyKey[]) => {
    for (let depth = keys.length; depth > 0; depth--) {
      const node = document.getIn(keys.slice(0, depth) as (string | number)[], true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const say = (keys: readonly PropertyKey[], message: string) =>
    `${path} line ${lineOf(keys)}: ${keys.map(String).join(".") || "the file"}: ${message}`;
  if (document.errors.length > 0) {
    throw new ConfigurationError(
      document.errors.map(({ pos, message }) =>
        `${path} line ${lines.linePos(pos[0]).line}: ${message.split("\n")[0]!}`
      ),
    );
  }
  const parsed = v.safeParse(peopleSchema, document.toJS());
  if (!parsed.success) {
    throw new ConfigurationError([
      ...new Set(
        parsed.issues.map((issue) => say(issue.path?.map(({ key }) => key as PropertyKey) ?? [], issue.message)),
      ),
    ]);
  }
  const dangling = danglingIn(parsed.output).map(({ keys, message }) => say(keys, message));
  if (dangling.length > 0) throw new ConfigurationError(dangling);
  return new People(parsed.output);
}

/** Names that stand for nobody. */
function danglingIn({ people, schedules, policies, routing }: PeopleFile) {
  const found: { keys: (string | number)[]; message: string }[] = [];
  const person = (name: string, keys: (string | number)[]) => {
    if (!Object.hasOwn(people, name)) found.push({ keys, message: `there is no person ${name}: add one under people` });
  };
  for (const [name, { layers, overrides }] of Object.entries(schedules)) {
    if (Object.hasOwn(people, name)) {
      found.push({ keys: ["schedules", name], message: `a person is called ${name}, too: rename one of them` });
    }
    for (const [i, layer] of layers.entries()) {
      for (const [j, one] of layer.people.entries()) person(one, ["schedules", name, "layers", i, "people", j]);
    }
    for (const [i, one] of overrides.entries()) person(one.person, ["schedules", name, "overrides", i, "person"]);
  }
  for (const [name, { steps }] of Object.entries(policies)) {
    for (const [i, step] of steps.entries()) {
      for (const [j, one] of step.page.entries()) {
        if (!Object.hasOwn(schedules, one)) person(one, ["policies", name, "steps", i, "page", j]);
      }
    }
  }
  for (const [i, { policy }] of routing.entries()) {
    if (!Object.hasOwn(policies, policy)) {
      found.push({ keys: ["routing", i, "policy"], message: `there is no policy ${policy}` });
    }
  }
  return found;
}
