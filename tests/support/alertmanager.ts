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
  /** Lets alerts end. */
  end(...alerts: readonly Readonly<Record<string, string>>[]): Promise<void>;
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
  const child = new Deno.Command(tools.alertmanager, {
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
  }).spawn();
  const url = `http://127.0.0.1:${port}`;
  let stopping: Promise<void> | undefined;
  const stop = async () => {
    child.kill("SIGTERM");
    await child.status;
    await folder[Symbol.asyncDispose]();
  };
  // As Prometheus does, each alert keeps the start that it had first.
  const starts = new Map<string, string>();
  const startOf = (labels: Readonly<Record<string, string>>) => {
    const key = JSON.stringify(labels);
    if (!starts.has(key)) starts.set(key, new Date(Date.now() - 60_000).toISOString());
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
    end: (...alerts) => post(alerts, Date.now() - 1),
    stop: () => stopping ??= stop(),
    [Symbol.asyncDispose]: () => running.stop(),
  };
  try {
    await until("Alertmanager is ready", async () => {
      const response = await fetch(`${url}/-/ready`);
      await response.body?.cancel();
      return response.ok;
    });
  } catch (error) {
    await running.stop();
    throw error;
  }
  return running;
}
