import type { Service } from "../../catalogue/mod.ts";
import { ToolError } from "../../tool_error.ts";
import type { InstanceEvent } from "../clients.ts";
import type { Connected } from "../connected.ts";
import { argoChanges } from "./argocd.ts";
import { type Changes, eventsOf } from "./events.ts";
import { fluxChanges } from "./flux.ts";
import { githubChanges } from "./github.ts";
import { gitlabChanges } from "./gitlab.ts";
import { toldChanges } from "./webhook.ts";

type From = NonNullable<Service["changes"]["from"]>[number];

/**
 * What changed of a service by all connections that it names, oldest first.
 *
 * @throws {ToolError} when none of them could be read.
 */
export async function changesOf(
  service: Service,
  { connected, changesFile, signal }: {
    readonly connected: Connected;
    readonly changesFile: string;
    readonly signal: AbortSignal;
  },
): Promise<InstanceEvent[]> {
  const answers = await Promise.allSettled(
    (service.changes.from ?? []).map((from) =>
      Promise.resolve().then(() => openedChanges(service, from, { connected, changesFile })(signal))
    ),
  );
  const failed = answers.find((answer) => answer.status === "rejected");
  if (failed !== undefined && answers.every(({ status }) => status === "rejected")) throw failed.reason;
  return eventsOf(answers.flatMap((answer) => answer.status === "fulfilled" ? answer.value : []))
    .toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at));
}

function openedChanges(
  service: Service,
  from: From,
  { connected, changesFile }: { readonly connected: Connected; readonly changesFile: string },
): Changes {
  const { connection, fetch, name } = connected.open(from.connection, "github", "gitlab", "argocd", "flux", "webhook");
  switch (connection.kind) {
    case "webhook":
      return toldChanges(changesFile, service.name);
    case "argocd":
      return argoChanges({
        url: connection.url,
        application: from.application ?? service.name,
        namespace: from.namespace,
        fetch,
      });
    case "flux":
      return fluxChanges({
        url: connection.url,
        application: from.application ?? service.name,
        namespace: from.namespace ?? connection.namespace ?? "flux-system",
        fetch,
      });
    default: {
      const repository = from.repository ?? service.code.repository ?? connection.repository;
      if (repository === undefined) {
        throw new ToolError(
          "not_configured",
          `config/oncall.yaml names no repository for the changes of ${service.name}: set repository of connection ${name}`,
        );
      }
      const open = connection.kind === "github" ? githubChanges : gitlabChanges;
      return open({ url: connection.url, repository, environment: from.environment, fetch });
    }
  }
}
