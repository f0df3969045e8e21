/** `deno task demo`: a real incident from its first error to its diagnosis. Exit status 0 only if the cause was found. */
import { command, interruption, readArguments, taskProgram } from "./command.ts";
import { demo } from "./demo/demo.ts";
import { down, stackSettings, up } from "./stack/mod.ts";

await command("demo", async () => {
  readArguments(taskProgram("demo", "Shows a real incident, from its first error to its diagnosis."));
  const settings = stackSettings();
  const signal = interruption();
  const say = (line: string) => console.log(line);
  let isUp = false;
  console.log("Starting manager, inventory, balancer, Prometheus, Alertmanager and agent");
  try {
    await up(settings, say, signal);
    isUp = true;
    console.log();
    const incident = await demo(settings, signal);
    console.log(`
What to look at next:
  ${settings.urls.AGENT_URL}/incidents/${incident.code}   the incident with all evidence
  bin/oncall show ${incident.code}   the same in the terminal
  deno task logs, deno task status; everything keeps running until: deno task down`);
    return incident.diagnosis?.verdict === "cause_found" ? 0 : 1;
  } catch (error) {
    if (signal.aborted) {
      console.log("\nInterrupted, stopping everything:");
      await down(settings, say);
      return 130;
    }
    if (isUp) {
      console.error("Everything keeps running, so that you can find out what went wrong, until: deno task down");
    }
    throw error;
  }
});
