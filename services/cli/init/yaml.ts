import { stringify } from "yaml";
import type { Counted } from "../../lib/discovery/mod.ts";
import type { Checkout } from "./checkout.ts";
import type { Found } from "./look.ts";

/** What was found and named, for the file. */
export interface Draft {
  readonly connections: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly services: readonly Found[];
  readonly loki?: { readonly label: string; readonly values: readonly string[] } | undefined;
  /** Names in the traces, and the connection that has them. */
  readonly traces?: { readonly connection: string; readonly names: readonly string[] } | undefined;
  readonly checkout?: Checkout | undefined;
}

const HEAD =
  `# The services that the agent watches. Written by \`oncall init\` from what it found; see docs/your-own-services.md.
# Secrets are never in this file: *_env names a variable (also of .env), *_file names a file.
`;

/** The text of a first config/oncall.yaml. */
export function fileOf(draft: Draft): string {
  const file = {
    connections: draft.connections,
    services: draft.services.map((service) => serviceOf(service, draft)),
  };
  return HEAD +
    stringify(file, { lineWidth: 120, flowCollectionPadding: true }).replaceAll(/^( {2})?- name: /gm, "\n$1- name: ") +
    notes(draft);
}

function serviceOf(service: Found, { loki, traces, checkout }: Draft): Record<string, unknown> {
  const { proposal, name, selector, match } = service;
  const folder = checkout?.folders[name];
  const inLoki = loki?.values.find((value) => value === name || bare(value) === bare(name));
  const inTraces = traces?.names.find((value) => value === name || bare(value) === bare(name));
  return {
    name,
    match,
    metrics: {
      connection: "metrics",
      selector,
      ...(Object.keys(proposal.labels).length > 0 ? { labels: proposal.labels } : {}),
      ...counted("requests", proposal.requests),
      ...counted("errors", proposal.errors, proposal.requests),
      ...(proposal.latency === undefined ? {} : { latency: withoutUsual(proposal.latency) }),
      ...counted("cpu", proposal.cpu),
      ...counted("memory", proposal.memory),
      ...counted("start_time", proposal.start_time),
      ...(proposal.ignore_routes.length > 0 ? { ignore_routes: proposal.ignore_routes } : {}),
    },
    ...(inLoki === undefined
      ? {}
      : { logs: { connection: "logs", query: `{${loki!.label}=${JSON.stringify(inLoki)}}` } }),
    ...(inTraces === undefined
      ? {}
      : { traces: { connection: traces!.connection, ...(inTraces === name ? {} : { service: inTraces }) } }),
    ...(checkout === undefined ? {} : {
      code: {
        connection: "code",
        ...(proposal.deployed === undefined ? {} : { deployed: { ...proposal.deployed, selector } }),
        ...(folder === undefined ? {} : { include: [`${folder}/**`] }),
      },
    }),
  };
}

function counted(name: string, one: Counted | undefined, requests?: Counted): Record<string, unknown> {
  if (one === undefined) return {};
  if (one.selector === undefined && one.metric !== undefined) return { [name]: one.metric };
  // The requests' own counter, told apart by a label, need not be named again.
  return { [name]: one.metric !== undefined && one.metric === requests?.metric ? { selector: one.selector } : one };
}

function withoutUsual({ metric, unit, type }: { metric: string; unit: string; type: string }): unknown {
  if (unit === "seconds" && type === "histogram") return metric;
  return { metric, ...(unit === "seconds" ? {} : { unit }), ...(type === "histogram" ? {} : { type }) };
}

function notes({ services }: Draft): string {
  const lines = services.flatMap(({ name, proposal }) => proposal.missing.map((text) => `# ${name}: ${text}\n`));
  return lines.length === 0 ? "" : `\n# Not found:\n${lines.join("")}`;
}

function bare(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}
