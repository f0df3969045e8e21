/** `deno task up`: the whole system, each part ready before the next. */
import { command, interruption, readArguments, taskProgram } from "./command.ts";
import { stackSettings, up } from "./stack/mod.ts";

await command("up", async () => {
  readArguments(taskProgram("up", "Starts the whole system, each part ready before the next."));
  const settings = stackSettings();
  const { urls } = settings;
  const since = performance.now();
  await up(settings, (line) => console.log(line), interruption());
  console.log(`
Up in ${
    ((performance.now() - since) / 1000).toFixed(1)
  } s. Incidents: ${urls.AGENT_URL}  Prometheus: ${urls.PROM_URL}  Alertmanager: ${urls.ALERTMANAGER_URL}
Through the balancer: ${urls.LB_URL}   Logs: ${settings.logDir}/   deno task status, logs, down

Try:
  curl -sw '\\n' ${urls.PM_URL}/scale -d '{"replicas": 3}'
  curl -sw '\\n' ${urls.PM_URL}/fault -d '{"mode": "errors", "p_error": 0.5}'
  for i in $(seq 300); do curl -s -o /dev/null ${urls.LB_URL}/random-endpoint/error; sleep 0.2; done`);
});
