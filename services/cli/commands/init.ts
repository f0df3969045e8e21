import { bad, good, oneLine, quiet, strong } from "../../lib/terminal/mod.ts";
import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";
import { type Checkout, lookAtCheckout } from "../init/checkout.ts";
import {
  type Asking,
  type Found,
  lookAtAlertmanager,
  lookAtLoki,
  lookAtPrometheus,
  lookAtTraces,
} from "../init/look.ts";
import { type Draft, fileOf } from "../init/yaml.ts";

interface Flags {
  readonly prometheus?: string;
  readonly alertmanager?: string;
  readonly loki?: string;
  readonly tempo?: string;
  readonly jaeger?: string;
  readonly checkout?: string;
  readonly tokenEnv?: string;
  readonly username?: string;
  readonly passwordEnv?: string;
  readonly tenant?: string;
  readonly output: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** `oncall init`: a first config/oncall.yaml from what a Prometheus and others know. */
export function init({ program, action }: Frame): void {
  program.command("init")
    .summary("write a first config/oncall.yaml from what is there")
    .description(
      "ask a Prometheus which services and metrics it has, show what was found, and write a first config/oncall.yaml; " +
        "a file that is there is not overwritten",
    )
    .option("--prometheus <url>", "Prometheus, or a server with its API (default: --prometheus-url or PROM_URL)")
    .option("--alertmanager <url>", "Alertmanager, to see where it sends alerts")
    .option("--loki <url>", "Loki, for logs")
    .option("--tempo <url>", "Tempo, for traces")
    .option("--jaeger <url>", "Jaeger, for traces")
    .option("--checkout <folder>", "checkout of the services' code")
    .option("--token-env <name>", "variable with Prometheus' bearer token")
    .option("--username <name>", "user for Prometheus, with --password-env")
    .option("--password-env <name>", "variable with that user's password")
    .option("--tenant <name>", "tenant of Prometheus (X-Scope-OrgID)")
    .option("--output <file>", "file to write, inside config/", "config/oncall.yaml")
    .option("--dry-run", "show the file instead of writing it")
    .option("--force", "overwrite a file that is there")
    .action(action(async (context, flags: Flags) => {
      const { out, json, deps } = context;
      const prometheus = trimmed(flags.prometheus ?? context.prometheus.url);
      const asking: Asking = { fetch: deps.fetch, headers: headersOf(context, flags), signal: deps.interrupted };
      const draft = await lookAround(context, { flags, prometheus, asking });
      const text = fileOf(draft);
      if (json) out.json({ services: draft.services, connections: draft.connections, file: text });
      else show(context, draft);
      if (draft.services.length === 0) {
        throw new CliError(
          EXIT.notWell,
          `${prometheus} has no services: it scrapes nothing but monitoring itself; add a scrape job first`,
        );
      }
      if (flags.dryRun) {
        if (!json) deps.write(`\n${text}`);
        return EXIT.ok;
      }
      await write(flags, text);
      if (!json) {
        out.line(
          good(`Wrote ${flags.output}`),
          quiet(`  ${text.split("\n").length} lines; read it, then: oncall-agent, oncall doctor`),
        );
      }
      return EXIT.ok;
    }));
}

function headersOf({ deps }: Context, { tokenEnv, username, passwordEnv, tenant }: Flags): Record<string, string> {
  const secret = (name: string) => {
    const value = deps.env(name) || deps.dotEnv?.[name];
    if (!value) throw new CliError(EXIT.usage, `the variable ${name} is not set`);
    return value;
  };
  if (username !== undefined && passwordEnv === undefined) {
    throw new CliError(EXIT.usage, "--username needs --password-env");
  }
  return {
    accept: "application/json",
    ...(tokenEnv === undefined ? {} : { authorization: `Bearer ${secret(tokenEnv)}` }),
    ...(username === undefined ? {} : {
      authorization: `Basic ${new TextEncoder().encode(`${username}:${secret(passwordEnv!)}`).toBase64()}`,
    }),
    ...(tenant === undefined ? {} : { "x-scope-orgid": tenant }),
  };
}

async function lookAround(
  { out, json }: Context,
  { flags, prometheus, asking }: { readonly flags: Flags; readonly prometheus: string; readonly asking: Asking },
): Promise<Draft> {
  const services = await lookAtPrometheus(prometheus, asking);
  const plain = { ...asking, headers: { accept: "application/json" } };
  const connections: Record<string, Record<string, unknown>> = {
    metrics: {
      kind: "prometheus",
      url: prometheus,
      ...(flags.tokenEnv === undefined ? {} : { token_env: flags.tokenEnv }),
      ...(flags.username === undefined ? {} : { username: flags.username, password_env: flags.passwordEnv }),
      ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
    },
  };
  if (flags.alertmanager !== undefined) {
    const url = trimmed(flags.alertmanager);
    connections.alerts = { kind: "alertmanager", url };
    const { receivers, webhooks } = await lookAtAlertmanager(url, plain);
    const ours = webhooks.filter((one) => /\/alerts\/?$/.test(one));
    if (!json) {
      out.line(
        strong("Alertmanager"),
        `  ${receivers} receivers; `,
        ours.length > 0
          ? `sends to ${oneLine(ours.join(", "))}`
          : bad("none sends to an agent: add a webhook to http://…:8088/alerts"),
      );
    }
  }
  const loki = flags.loki === undefined ? undefined : await lookAtLoki(trimmed(flags.loki), plain);
  if (flags.loki !== undefined) connections.logs = { kind: "loki", url: trimmed(flags.loki) };
  const kind = flags.tempo !== undefined ? "tempo" as const : "jaeger" as const;
  const tracesUrl = flags.tempo ?? flags.jaeger;
  let traces: Draft["traces"];
  if (tracesUrl !== undefined) {
    connections.traces = { kind, url: trimmed(tracesUrl) };
    traces = { connection: "traces", names: await lookAtTraces(kind, trimmed(tracesUrl), plain) };
  }
  let checkout: Checkout | undefined;
  if (flags.checkout !== undefined) {
    connections.code = { kind: "checkout", folder: flags.checkout };
    checkout = await lookAtCheckout(flags.checkout, services.map(({ name }) => name)).catch(() => {
      throw new CliError(EXIT.usage, `${flags.checkout} cannot be read: name the folder of a checkout`);
    });
  }
  return { connections, services, loki, traces, checkout };
}

function show({ out }: Context, { services, loki, traces, checkout }: Draft): void {
  for (const service of services) showService(service, out);
  if (loki !== undefined) {
    out.line(strong("Loki"), `  label ${loki.label}: ${oneLine(loki.values.slice(0, 20).join(", "))}`);
  }
  if (traces !== undefined) {
    out.line(strong("Traces"), `  ${oneLine(traces.names.slice(0, 20).join(", ")) || "no services yet"}`);
  }
  if (checkout !== undefined) {
    out.line(
      strong("Code"),
      `  ${
        checkout.languages.slice(0, 5).map(([language, files]) => `${language} ${files}`).join(", ") ||
        "no code that is known"
      }`,
    );
  }
}

function showService({ name, selector, up, instances, proposal }: Found, out: Context["out"]): void {
  const { requests, errors, latency, labels } = proposal;
  out.line(strong(name), `  ${up} of ${instances} up, ${proposal.convention}`, quiet(`  ${oneLine(selector)}`));
  const parts = [
    ["requests", requests?.metric ?? requests?.query],
    ["errors", errors && [errors.metric ?? errors.query, errors.selector].filter(Boolean).join(" ")],
    ["latency", latency && `${latency.metric} (${latency.type}, ${latency.unit})`],
    ["labels", Object.entries(labels).map(([what, label]) => `${what} ${label}`).join(", ")],
    ["process", [proposal.cpu, proposal.memory].map((one) => one?.metric ?? one?.query).filter(Boolean).join(", ")],
  ] as const;
  for (const [what, text] of parts) {
    out.hang(["  ", what.padEnd(10)], text ? oneLine(text) : "not found");
  }
}

async function write({ output, force }: Flags, text: string): Promise<void> {
  try {
    await Deno.mkdir(output.includes("/") ? output.slice(0, output.lastIndexOf("/")) : ".", { recursive: true });
    await Deno.writeTextFile(output, text, { createNew: force !== true });
  } catch (cause) {
    if (cause instanceof Deno.errors.AlreadyExists) {
      throw new CliError(
        EXIT.usage,
        `${output} is there already, and was not touched: --force overwrites it, --dry-run shows the new one`,
      );
    }
    throw new CliError(
      EXIT.usage,
      `${output} cannot be written: name a file in config/ of the working directory, or use --dry-run`,
    );
  }
}

function trimmed(url: string): string {
  const plain = url.trim();
  if (!/^https?:\/\//i.test(plain) || !URL.canParse(plain)) {
    throw new CliError(EXIT.usage, `${url}: expected a URL that begins with http:// or https://`);
  }
  const { username, password } = new URL(plain);
  if (username !== "" || password !== "") {
    throw new CliError(EXIT.usage, "leave user and password out of the URL: --username and --password-env name them");
  }
  return plain.endsWith("/") ? plain.slice(0, -1) : plain;
}
