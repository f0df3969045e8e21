import type { Settings } from "../../services/lib/configuration/mod.ts";
import { settingsOf } from "./build.ts";
import { roleNames, roles } from "./roles.ts";

const HEAD = `# Copy to .env and take the # off what you need. The environment goes before this file.
# Made from the executables' own settings: deno task env-example
`;

const TAIL = `
# When building
# Hosts that the executables may reach beside loopback, the defaults above and the URLs set here; comma-separated.
# Set, it also fixes what the agent may reach, read and be told (the same as deno task build --hosts)
#ONCALL_ALLOW_NET=
# With it: files and folders outside the working directory that the agent may read, and variables with its secrets
#ONCALL_ALLOW_READ=
#ONCALL_ALLOW_ENV=
`;

/** The text of `.env.example`: every variable of every executable, once, with its meaning and default. */
export async function envExample(): Promise<string> {
  const seen = new Set<string>();
  let text = HEAD;
  for (const name of roleNames) {
    const lines = variables(await settingsOf(roles[name]), seen);
    if (lines.length > 0) text += `\n# ${roles[name].executable}\n${lines.join("\n")}\n`;
  }
  return text + TAIL;
}

function variables(settings: Settings, seen: Set<string>): string[] {
  const lines: string[] = [];
  for (const { env, help, fallback, secret } of Object.values(settings)) {
    if (env === undefined || seen.has(env)) continue;
    seen.add(env);
    const value = secret || fallback === undefined
      ? ""
      : Array.isArray(fallback)
      ? fallback.join(",")
      : String(fallback);
    lines.push(`# ${help}`, `#${env}=${value}`);
  }
  return lines;
}

/** The text of the module that names every variable, so that each executable can refuse others in `.env`. */
export async function variablesModule(): Promise<string> {
  const names = [...(await envExample()).matchAll(/^#([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => `  "${name}",\n`);
  return `/** Every variable that \`.env\` may set; made by \`deno task env-example\`. */
export const VARIABLES: ReadonlySet<string> = new Set([
${[...new Set(names)].sort().join("")}]);
`;
}
