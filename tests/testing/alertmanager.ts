import { join } from "node:path";
import { monitoringTools } from "../../tasks/monitoring/mod.ts";
import { tempFolder } from "./folders.ts";
import { freePort } from "./ports.ts";
import { until } from "./wait.ts";

/** A real Alertmanager that tells one webhook at once. */
export interface RunningAlertmanager extends AsyncDisposable {
  readonly url: string;
  /** Lets alerts fire, as Prometheus would; each is a set of labels. */
  fire(...alerts: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** Lets alerts end; when they fire again, they have started anew. */
  end(...alerts: readonly Readonly<Record<string, string>>[]): Promise<void>;
  /** Ends it with `signal` and starts it again on what it has kept; Prometheus' part is to let alerts fire again. */
  restart(signal: Deno.Signal): Promise<void>;
  stop(): Promise<void>;
}

/** Starts Alertmanager on a free port with a folder of its own. */
export async function startAlertmanager(webhook: string): Promise<RunningAlertmanager> {
  const tools = await monitoringTools();
  const folder = await tempFolder();
  const config = join(folder.path, "alertmanager.yaml");
  await Deno.writeTextFile(
    config,
    `route:
  receiver: agent
  group_by: [alertname, service]
  group_wait: 0s
  group_interval: 1s
  repeat_interval: 1h
receivers:
  - name: agent
    webhook_configs:
      - url: ${webhook}
        send_resolved: true
`,
  );
  const port = freePort();
  const command = new Deno.Command(tools.alertmanager, {
    args: [
      `--config.file=${config}`,
      `--storage.path=${join(folder.path, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    cwd: folder.path,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  });
  let child = command.spawn();
  const url = `http://127.0.0.1:${port}`;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    await folder[Symbol.asyncDispose]();
  };
  const ready = () =>
    until("Alertmanager is ready", async () => {
      const response = await fetch(`${url}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    });
  // As Prometheus does, each alert keeps the start that it had first.
  const starts = new Map<string, string>();
  const ended = new Set<string>();
  const startOf = (labels: Readonly<Record<string, string>>) => {
    const key = JSON.stringify(labels);
    if (!starts.has(key)) starts.set(key, new Date(Date.now() - (ended.has(key) ? 0 : 60_000)).toISOString());
    return starts.get(key)!;
  };
  const post = async (alerts: readonly Readonly<Record<string, string>>[], endsAt: number) => {
    const response = await fetch(`${url}/api/v2/alerts`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(alerts.map((labels) => ({
        labels,
        annotations: { summary: "a test" },
        startsAt: startOf(labels),
        endsAt: new Date(endsAt).toISOString(),
      }))),
    });
    if (!response.ok) throw new Error(`Alertmanager answered ${response.status}: ${await response.text()}`);
    await response.body?.cancel();
  };
  const running: RunningAlertmanager = {
    url,
    fire: (...alerts) => post(alerts, Date.now() + 3_600_000),
    end: async (...alerts) => {
      await post(alerts, Date.now() - 1);
      for (const labels of alerts) {
        starts.delete(JSON.stringify(labels));
        ended.add(JSON.stringify(labels));
      }
    },
    async restart(signal) {
      child.kill(signal);
      await child.status;
      child = command.spawn();
      await ready();
    },
    stop: () => stopping ??= stop(),
    [Symbol.asyncDispose]: () => running.stop(),
  };
  try {
    await ready();
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}
