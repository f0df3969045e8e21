import { join } from "node:path";
import { parse, stringify } from "yaml";
import type { MonitoringTools } from "../monitoring/mod.ts";
import { isLoopback, nameOf } from "../../services/lib/access/mod.ts";
import type { StackSettings } from "./settings.ts";
import { type Tokens, tokensOf } from "./tokens.ts";

/** The configuration files that Prometheus and Alertmanager are started with. */
export interface MonitoringConfig {
  readonly prometheus: string;
  readonly alertmanager: string;
  /** The rule files that Prometheus reads. */
  readonly rules: readonly string[];
}

/** A configuration is missing or wrong; the message names the file, the line and what was expected. */
export class ConfigError extends Error {
  override name = "ConfigError";
}

/**
 * Checks `config/` of the working directory with promtool and amtool. Prometheus' file is used as it is; only where ports or
 * folders differ from the defaults is a copy with the real ones written to the run directory. Alertmanager gets a copy that
 * has the token which it shows the agent.
 *
 * @throws {ConfigError} for a file that is missing or wrong.
 */
export async function monitoringConfig(settings: StackSettings, tools: MonitoringTools): Promise<MonitoringConfig> {
  const folder = join(settings.workingDirectory, "config");
  const files = { prometheus: join(folder, "prometheus.yaml"), alertmanager: join(folder, "alertmanager.yaml") };
  for (const file of Object.values(files)) await mustBeReadable(file, settings);
  await check([tools.promtool, "check", "config", files.prometheus], settings);
  await check([tools.amtool, "check-config", files.alertmanager], settings);
  const { rule_files = [] } = parse(await Deno.readTextFile(files.prometheus)) as { rule_files?: string[] };
  const rules = rule_files.map((file) => join(folder, file));
  const replacements = changedAddresses(settings);
  const tokens = tokensOf(settings);
  const alertmanager = await adapted(files.alertmanager, { name: "alertmanager.yaml", settings, replacements, tokens });
  const asTheyAre = replacements.size === 0 && settings.runDir === "run" && settings.discoveryFile === undefined;
  if (asTheyAre) return { prometheus: files.prometheus, alertmanager, rules };
  return {
    rules,
    prometheus: await adapted(files.prometheus, { name: "prometheus.yaml", settings, replacements, tokens }),
    alertmanager,
  };
}

async function mustBeReadable(file: string, settings: StackSettings): Promise<void> {
  try {
    await Deno.readTextFile(file);
  } catch (cause) {
    const name = short(file, settings);
    const reason = cause instanceof Deno.errors.NotFound ? "is missing" : "cannot be read";
    throw new ConfigError(`${name} ${reason}: expected the file that the repository has (git checkout -- ${name})`, {
      cause,
    });
  }
}

async function check(command: readonly string[], settings: StackSettings): Promise<void> {
  const { success, stdout, stderr } = await new Deno.Command(command[0]!, {
    args: command.slice(1),
    cwd: settings.workingDirectory,
  }).output();
  if (success) return;
  const said = `${new TextDecoder().decode(stderr)}\n${new TextDecoder().decode(stdout)}`;
  throw new ConfigError(explain(said, command.at(-1)!, settings));
}

/** What promtool or amtool found, as `config/x.yaml line 4: …` in one line. */
function explain(said: string, file: string, settings: StackSettings): string {
  const from = said.indexOf("FAILED:");
  let text = (from < 0 ? said : said.slice(from + "FAILED:".length)).split(/\n\s*\n|\n(?=amtool:|Checking )/)[0]!;
  text = text.replaceAll(/\s+/g, " ").replaceAll(`${settings.workingDirectory}/`, "").trim();
  text = text.replace(/^parsing YAML file \S+: /, "").replace(/(^|\s)yaml: (unmarshal errors: )?/, "$1");
  const inner = /^(\S+\.ya?ml): (\d+):\d+: (.*)$/.exec(text);
  if (inner) return `${inner[1]} line ${inner[2]}: ${inner[3]}`;
  return `${short(file, settings)} ${/^line \d+:/.test(text) ? text : `is wrong: ${text}`}`;
}

function short(file: string, settings: StackSettings): string {
  return file.replace(`${settings.workingDirectory}/`, "");
}

/** `host:port` of each default that does not hold here, and what it is instead. */
function changedAddresses(settings: StackSettings): Map<string, string> {
  const real: Readonly<Record<string, string>> = {
    "127.0.0.1:7070": settings.urls.PM_URL,
    "127.0.0.1:9000": settings.urls.LB_URL,
    "127.0.0.1:8088": settings.urls.AGENT_URL,
    "127.0.0.1:9090": settings.urls.PROM_URL,
    "127.0.0.1:9093": settings.urls.ALERTMANAGER_URL,
  };
  const changed = new Map<string, string>();
  for (const [address, url] of Object.entries(real)) {
    const host = new URL(url).host;
    if (host !== address) changed.set(address, host);
  }
  return changed;
}

interface Adaption {
  readonly name: string;
  readonly settings: StackSettings;
  readonly replacements: ReadonlyMap<string, string>;
  readonly tokens: Tokens;
}

async function adapted(file: string, { name, settings, replacements, tokens }: Adaption): Promise<string> {
  const folder = join(settings.workingDirectory, "config");
  const discovery = settings.discoveryFile ?? join(settings.runDir, "inventory_targets.json");
  const visit = (value: unknown, key: string): unknown => {
    if (Array.isArray(value)) return value.map((item) => visit(item, key));
    if (typeof value === "object" && value !== null) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, visit(item, name)]));
    }
    if (typeof value !== "string") return value;
    if (key === "files") return join(settings.workingDirectory, discovery);
    if (key === "rule_files" || key === "templates") return join(folder, value);
    let text = value;
    if (key === "targets" || key === "url" || key === "webhook_url") {
      for (const [from, to] of replacements) text = text.replace(new RegExp(`(^|//)${from}(?=$|/)`), `$1${to}`);
    }
    return text;
  };
  const path = join(settings.workingDirectory, settings.runDir, name);
  const config = withTokens(visit(parse(await Deno.readTextFile(file)), "") as Config, settings, tokens);
  // It holds tokens: for its owner only, from its first byte on.
  await Deno.writeTextFile(`${path}.part`, stringify(config), { mode: 0o600 });
  await Deno.chmod(`${path}.part`, 0o600);
  await Deno.rename(`${path}.part`, path);
  return path;
}

type Fields = Readonly<Record<string, unknown>>;

interface Config extends Fields {
  readonly receivers?: readonly (Fields & { readonly webhook_configs?: readonly Fields[] })[];
  readonly scrape_configs?: readonly (Fields & {
    readonly static_configs?: readonly { readonly targets?: readonly string[] }[];
  })[];
}

/** Has Alertmanager show the agent its token, and Prometheus the system's to servers of ours that ask for it. */
function withTokens(config: Config, { urls }: StackSettings, tokens: Tokens): Config {
  const agent = `${urls.AGENT_URL}/alerts`;
  const receivers = config.receivers?.map((receiver) => ({
    ...receiver,
    ...(receiver.webhook_configs === undefined ? {} : {
      webhook_configs: receiver.webhook_configs.map((hook) =>
        hook.url !== agent || hook.http_config !== undefined
          ? hook
          : { ...hook, http_config: { authorization: { credentials: tokens.alerts } } }
      ),
    }),
  }));
  const asking = [urls.PM_URL, urls.LB_URL, urls.AGENT_URL].map((url) => new URL(url).host)
    .filter((host) => !isLoopback(nameOf(host)));
  const scrapes = config.scrape_configs?.map((scrape) => {
    const targets = scrape.static_configs?.flatMap(({ targets = [] }) => targets) ?? [];
    const asked = scrape.authorization === undefined && targets.some((target) => asking.includes(target));
    return asked ? { ...scrape, authorization: { credentials: tokens.system } } : scrape;
  });
  return {
    ...config,
    ...(receivers === undefined ? {} : { receivers }),
    ...(scrapes === undefined ? {} : { scrape_configs: scrapes }),
  };
}
