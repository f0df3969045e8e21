/** `deno task down`: ends everything that `up` started here. */
import { command } from "./command.ts";
import { down, stackSettings } from "./stack/mod.ts";

await command("down", async () => {
  const ended = await down(stackSettings(), (line) => console.log(line));
  console.log(ended === 0 ? "Nothing was running." : "Down.");
});
