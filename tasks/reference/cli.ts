import { runCli } from "../../services/cli/mod.ts";

/** The page of `oncall`: what its `--help` says, command by command. */
export async function cliPage(): Promise<string> {
  const main = await help([]);
  const names = [...main.matchAll(/^ {2}([a-z]+)(?: [^ ]|\s{2,})/gm)].map(([, name]) => name!)
    .filter((name) => name !== "help");
  if (names.length === 0) throw new Error("oncall --help lists no command");
  let text = `# oncall

The operator's command line, \`bin/oncall\`. Variables are in [configuration](configuration.md#oncall). Output is plain when it
goes to a pipe, and JSON with \`--json\`. The other executables' flags are in [configuration](configuration.md) too.

\`\`\`text
${main.trim()}
\`\`\`
`;
  for (const name of names) text += `\n## oncall ${name}\n\n\`\`\`text\n${withoutGlobal(await help([name]))}\n\`\`\`\n`;
  return text;
}

/** What every command understands is said once. */
function withoutGlobal(text: string): string {
  return text.replace(/\nGlobal Options:\n(?:.+\n?)*/, "").trim();
}

async function help(args: readonly string[]): Promise<string> {
  let text = "";
  const never = () => {
    throw new Error("--help needs nothing of the world");
  };
  const world = {
    fetch: never,
    env: () => undefined,
    dotEnv: {},
    write: (more: string) => text += more,
    writeError: (more: string) => text += more,
    isTerminal: false,
    columns: () => 100,
    now: never,
    sleep: never,
    run: never,
    madeToken: never,
    tasks: never,
    readText: never,
    interrupted: new AbortController().signal,
  };
  const status = await runCli([...args, "--help"], world);
  if (status !== 0) throw new Error(`oncall ${args.join(" ")} --help failed: ${text}`);
  return text;
}
