import type { Settings } from "../../services/lib/configuration/mod.ts";
import { catalogueSchema } from "../../services/agent/mod.ts";
import { type RoleName, roleNames, roles, settingsOf } from "../build/mod.ts";
import { code, table } from "./markdown.ts";
import { accepts, type Field, fieldsOf } from "./schema.ts";

/** The page of flags, variables and `config/oncall.yaml`. */
export async function configurationPage(): Promise<string> {
  let text = `# Configuration

A value is taken from its flag, else from the environment, else from \`.env\` in the working directory, else it is the
default. An empty variable counts as not set. A wrong value or an unknown flag ends the program with one line on stderr
that names every problem, and exit status 2. Secrets are never printed, logged or sent to a model.

Every executable has \`--help\` and \`--version\`. [.env.example](../../.env.example) has the same variables to copy.
\`ONCALL_ALLOW_NET\` (hosts, comma-separated) counts when building: see [what an executable may
touch](../installation.md#what-an-executable-may-reach) and [what the agent may reach](../egress.md).
`;
  for (const name of roleNames) text += await role(name);
  return text + `
## config/oncall.yaml

The services that the agent looks after; [your own services](../your-own-services.md) explains each part, the shipped
[config/oncall.yaml](../../config/oncall.yaml) is an example with comments. \`[]\` stands for each element of a list. Unknown
fields are refused. \`defaults\` has the same fields as a service, and stands for each of them. A field of an optional part that is marked as required is required once that part is there.

${
    table(
      ["Field", "Value", "Required", "Default"],
      sharedOnce(fieldsOf(catalogueSchema)).map(({ name, accepts, required, fallback }) => [
        code(name),
        accepts,
        required ? "yes" : "",
        code(fallback),
      ]),
    )
  }`;
}

/** Fields that most kinds of connections have, once instead of for each kind. */
function sharedOnce(fields: readonly Field[]): Field[] {
  const ownName = (name: string) => /^connections\.\* \([^)]*\): (.*)$/.exec(name)?.[1];
  const counts = new Map<string, number>();
  for (const { name } of fields) {
    const own = ownName(name);
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + 1);
  }
  const told = new Set<string>();
  return fields.flatMap((field) => {
    const own = ownName(field.name);
    if (own === undefined || own === "kind" || own === "url" || counts.get(own)! < 8) return [field];
    if (told.has(own)) return [];
    told.add(own);
    return [{ ...field, name: `connections.* (over HTTP): ${own}` }];
  });
}

async function role(name: RoleName): Promise<string> {
  const settings: Settings = await settingsOf(roles[name]);
  const rows = Object.values(settings).map((setting) => {
    const { env, flag, help, fallback, secret, bare, schema } = setting;
    const shown = fallback === undefined || secret
      ? ""
      : Array.isArray(fallback)
      ? fallback.join(",")
      : String(fallback);
    return [
      code(env ?? ""),
      code(flag === undefined ? "" : `--${flag}`),
      help,
      secret ? "secret" : bare ? "true or false" : Array.isArray(fallback) ? "comma-separated" : short(accepts(schema)),
      code(shown),
    ];
  });
  return `\n## ${roles[name].executable}\n\n${table(["Variable", "Flag", "Meaning", "Value", "Default"], rows)}`;
}

/** The words that an error needs and a table does not. */
function short(words: string): string {
  return words.replace("a URL that begins with http:// or https://", "http(s) URL").replace(/^some text$/, "text");
}
