import { type CommandWords, type FlagWords, quoted } from "./words.ts";

/** Completion for zsh 5 and later. */
export function zshScript({ flags, commands }: CommandWords): string {
  const described = commands.map(({ name, help }) => `    ${quoted(`${name}:${help.replaceAll(":", "\\:")}`)}`);
  const cases = commands.map(({ name, flags: own, choices }) => {
    const argument = choices.length > 0 ? [`'1: :(${choices.join(" ")})'`] : [];
    return `    ${name}) _arguments ${[...argument, ...[...own, ...flags].map(specification)].join(" ")} ;;`;
  });
  return `#compdef oncall
# oncall's completion for zsh
_oncall() {
  local -a commands
  local line state
  commands=(
${described.join("\n")}
  )
  _arguments -C ${flags.map(specification).join(" ")} '1: :->command' '*:: :->rest'
  case $state in
  command) _describe command commands ;;
  rest)
    case $line[1] in
${cases.join("\n")}
    esac ;;
  esac
}
if [ "$funcstack[1]" = "_oncall" ]; then _oncall "$@"; else compdef _oncall oncall; fi
`;
}

function specification({ names, help, takesValue, choices }: FlagWords): string {
  const text = help.replaceAll(/[[\]:\\]/g, (character) => `\\${character}`);
  const value = !takesValue ? "" : choices.length > 0 ? `: :(${choices.join(" ")})` : ": : ";
  const [first, ...more] = names;
  if (more.length === 0) return quoted(`${first}[${text}]${value}`);
  return `${quoted(`(${names.join(" ")})`)}{${names.join(",")}}${quoted(`[${text}]${value}`)}`;
}
