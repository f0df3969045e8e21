/** `deno task env-example`: writes `.env.example` and the list of all variables from the executables' settings. */
import { join } from "node:path";
import { envExample, ROOT, VARIABLES_MODULE, variablesModule } from "./build/mod.ts";
import { command, readArguments, taskProgram } from "./command.ts";

await command("env-example", async () => {
  readArguments(taskProgram("env-example", "Writes .env.example and the list of all variables from the settings."));
  await Deno.writeTextFile(join(ROOT, ".env.example"), await envExample());
  await Deno.writeTextFile(VARIABLES_MODULE, await variablesModule());
});
