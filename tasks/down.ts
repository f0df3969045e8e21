/** `deno task down`: ends everything that `up` started here. */
import { command, readArguments, taskProgram } from "./command.ts";
import { down, stackSettings } from "./stack/mod.ts";

await command("down", async () => {
  readArguments(taskProgram("down", "Ends everything that up started here."));
  const ended = await down(stackSettings(), (line) => console.log(line));
  console.log(ended === 0 ? "Nothing was running." : "Down.");
});
