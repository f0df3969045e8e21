/** `deno task manager` (or lb, agent, traffic, prometheus, alertmanager): one part in the foreground, with its flags. */
import { join } from "node:path";
import { build, executablePath, type RoleName } from "./build/mod.ts";
import { command } from "./command.ts";
import { monitoringTools } from "./monitoring/mod.ts";
import { monitoringConfig, partEnvironment, parts, runInForeground, stackSettings, tokensOf } from "./stack/mod.ts";

const [name = "", ...args] = Deno.args;

await command(name, async () => {
  const settings = stackSettings();
  const { workingDirectory: cwd } = settings;
  for (const folder of [settings.runDir, settings.logDir]) await Deno.mkdir(join(cwd, folder), { recursive: true });
  if (name === "prometheus" || name === "alertmanager") {
    const tools = await monitoringTools((line) => console.error(line));
    const part = parts(settings, tools, await monitoringConfig(settings, tools)).find((part) => part.name === name)!;
    await runInForeground({ program: part.program, args: [...part.args, ...args], cwd });
  }
  const role = name as RoleName;
  await build(role === "manager" ? ["inventory", role] : [role], (line) => {
    if (!line.endsWith("up to date")) console.error(line);
  });
  await runInForeground({
    program: executablePath(role),
    args,
    env: partEnvironment(role, { settings, tokens: tokensOf(settings) }),
    cwd,
  });
});
