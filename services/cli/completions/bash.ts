import type { CommandWords } from "./words.ts";
import { quoted } from "./words.ts";

/** Completion for bash 4 and later, without the bash-completion package. */
export function bashScript({ flags, commands }: CommandWords): string {
  const names = (list: CommandWords["flags"]) => list.flatMap((flag) => flag.names).join(" ");
  const valued = [...flags, ...commands.flatMap((command) => command.flags)].filter((flag) => flag.takesValue);
  const cases = commands.map(({ name, flags, choices }) =>
    `    ${name}) words=${quoted([...choices, names(flags)].filter(Boolean).join(" "))} ;;`
  );
  const values = valued.filter(({ choices }) => choices.length > 0).map(({ names, choices }) =>
    `    ${names.join("|")}) COMPREPLY=($(compgen -W ${quoted(choices.join(" "))} -- "$word")); return ;;`
  );
  return `# oncall's completion for bash
_oncall() {
  local word="\${COMP_WORDS[COMP_CWORD]}" before="\${COMP_WORDS[COMP_CWORD-1]}" command="" words="" i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "\${COMP_WORDS[i]}" in
    ${[...new Set(valued.flatMap(({ names }) => names))].join("|")}) i=$((i + 1)) ;;
    -*) ;;
    *) command="\${COMP_WORDS[i]}"; break ;;
    esac
  done
  case "$before" in
${values.join("\n")}
    ${
    [...new Set(valued.filter(({ choices }) => choices.length === 0).flatMap(({ names }) => names))].join("|")
  }) return ;;
  esac
  case "$command" in
    "") words=${quoted(commands.map(({ name }) => name).join(" "))} ;;
${cases.join("\n")}
  esac
  COMPREPLY=($(compgen -W "$words ${names(flags)}" -- "$word"))
}
complete -F _oncall oncall
`;
}
