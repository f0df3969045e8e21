/** `deno task build [role…]`: the executables into `bin/`. */
import { Argument } from "commander";
import { build, type RoleName, roleNames } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";

await command("build", async () => {
  const { args } = readArguments(
    taskProgram("build", "Compiles the executables into bin/, those only that have changed.")
      .addArgument(new Argument("[role...]", "which; all when none is named").choices(roleNames)),
  );
  await build(args.length > 0 ? args as RoleName[] : roleNames, (line) => console.log(line));
});
