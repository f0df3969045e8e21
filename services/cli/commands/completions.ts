import { Argument, type Command } from "commander";
import { bashScript } from "../completions/bash.ts";
import { fishScript } from "../completions/fish.ts";
import type { CommandWords } from "../completions/words.ts";
import { zshScript } from "../completions/zsh.ts";
import { EXIT } from "../exit.ts";
import type { Frame } from "../frame.ts";

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

/** `oncall completions <shell>`: what lets a shell complete the rest. */
export function completions({ program, action }: Frame): void {
  program.command("completions")
    .summary("print a completion script for a shell")
    .description("print a script that completes commands and flags in a shell")
    .addArgument(new Argument("<shell>", "the shell").choices(Object.keys(SCRIPTS)))
    .addHelpText(
      "after",
      `
To have them in every shell:
  bash  oncall completions bash > ~/.local/share/bash-completion/completions/oncall
  zsh   oncall completions zsh > "\${fpath[1]}/_oncall"
  fish  oncall completions fish > ~/.config/fish/completions/oncall.fish`,
    )
    .action(action(({ out, json }, shell: keyof typeof SCRIPTS) => {
      const script = SCRIPTS[shell](wordsOf(program));
      if (json) out.json({ shell, script });
      else out.raw(script);
      return Promise.resolve(EXIT.ok);
    }));
}

/** What can be said at each place, from the program itself. */
function wordsOf(program: Command): CommandWords {
  const flags = (command: Command) =>
    command.options.filter(({ hidden }) => !hidden).map(({ short, long, description, required, argChoices }) => ({
      names: [short, long].filter((name) => name !== undefined),
      help: description,
      takesValue: required,
      choices: argChoices ?? [],
    }));
  return {
    flags: [...flags(program), { names: ["-h", "--help"], help: "display help", takesValue: false, choices: [] }],
    commands: program.commands.map((command) => ({
      name: command.name(),
      help: command.description(),
      flags: flags(command),
      choices: command.registeredArguments[0]?.argChoices ?? [],
    })),
  };
}
