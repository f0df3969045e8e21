import type { CommandWords, FlagWords } from "./words.ts";

/** Completion for fish 3 and later. */
export function fishScript({ flags, commands }: CommandWords): string {
  const names = commands.map(({ name }) => name).join(" ");
  const lines = [
    "# oncall's completion for fish",
    "complete -c oncall -f",
    ...flags.map((flag) => `complete -c oncall ${words(flag)}`),
    ...commands.map(({ name, help }) =>
      `complete -c oncall -n ${quoted(`not __fish_seen_subcommand_from ${names}`)} -a ${quoted(name)} -d ${
        quoted(help)
      }`
    ),
  ];
  for (const { name, flags, choices } of commands) {
    const seen = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    if (choices.length > 0) lines.push(`complete -c oncall ${seen} -a ${quoted(choices.join(" "))}`);
    for (const flag of flags) lines.push(`complete -c oncall ${seen} ${words(flag)}`);
  }
  return `${lines.join("\n")}\n`;
}

function words({ names, help, takesValue, choices }: FlagWords): string {
  const options = names.map((name) => name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`);
  if (takesValue) options.push("-x");
  if (choices.length > 0) options.push(`-a ${quoted(choices.join(" "))}`);
  return `${options.join(" ")} -d ${quoted(help)}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
