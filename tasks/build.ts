/** `deno task build [role…]`: the executables into `bin/`. */
import { Argument } from "commander";
import { build, type RoleName, roleNames } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";

await command("build", async () => {
  const chosen = readArguments(
    taskProgram("build", "Compiles the executables into bin/, those only that have changed.")
      .option(
        "--hosts <hosts>",
        "hardened: the hosts that the agent may reach, comma-separated, fixed in the executable",
      )
      .option("--read <paths>", "with --hosts: files and folders outside the working directory that it may read")
      .option("--variables <names>", "with --hosts: variables with secrets that config/oncall.yaml names")
      .addArgument(new Argument("[role...]", "which; all when none is named").choices(roleNames)),
  );
  const { hosts, read, variables } = chosen.opts();
  for (const [name, value] of Object.entries({ NET: hosts, READ: read, ENV: variables })) {
    if (value !== undefined) Deno.env.set(`ONCALL_ALLOW_${name}`, value);
  }
  await build(chosen.args.length > 0 ? chosen.args as RoleName[] : roleNames, (line) => console.log(line));
});
