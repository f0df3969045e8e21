import type { LogSource } from "../../catalogue/mod.ts";
import type { Connected } from "../connected.ts";
import { balancerLogs } from "./balancer.ts";
import { elasticLogs } from "./elastic.ts";
import type { Logs } from "./entry.ts";
import { dockerLogs } from "./docker.ts";
import { globLogs } from "./glob.ts";
import type { Growth } from "./growth.ts";
import { journalLogs } from "./journal.ts";
import { lokiLogs } from "./loki.ts";
import { victoriaLogs } from "./victoria.ts";

/** What logs are read with. */
export interface LogDeps {
  readonly fetch: typeof fetch;
  readonly now: () => Date;
  readonly growth: Growth;
  readonly connected: Connected;
  readonly lbUrl: string;
}

/** The logs that a service's description names; undefined when it names none. */
export function logsOf(logs: LogSource, deps: LogDeps): Logs | undefined {
  const { fetch, now, growth, connected, lbUrl } = deps;
  switch (logs.source) {
    case "balancer":
      return balancerLogs(lbUrl, { fetch });
    case "file": {
      const folder = logs.connection === undefined
        ? undefined
        : connected.open(logs.connection, "file").connection.folder;
      return globLogs([logs.path].flat(), logs, { now, growth, folder });
    }
    case "loki": {
      if (logs.connection === undefined) return lokiLogs({ ...logs, url: logs.url! }, { fetch, now });
      const opened = connected.open(logs.connection, "loki");
      return lokiLogs({ ...logs, url: opened.connection.url }, { fetch: opened.fetch, now });
    }
    case "elasticsearch": {
      const { connection, fetch } = connected.open(logs.connection, "elasticsearch", "opensearch");
      return elasticLogs(
        { ...logs, index: logs.index ?? connection.index, url: connection.url, who: connection.kind },
        { fetch, now },
      );
    }
    case "victorialogs": {
      const { connection, fetch } = connected.open(logs.connection, "victorialogs");
      return victoriaLogs({ ...logs, url: connection.url }, { fetch, now });
    }
    case "journald": {
      const opened = logs.connection === undefined ? undefined : connected.open(logs.connection, "journald");
      return journalLogs({ ...logs, url: opened?.connection.url, folder: opened?.connection.folder }, {
        fetch: opened?.fetch ?? fetch,
        now,
      });
    }
    case "docker": {
      const folder = logs.connection === undefined
        ? "/var/lib/docker/containers"
        : connected.open(logs.connection, "docker").connection.folder;
      return dockerLogs({ ...logs, folder }, { now, growth });
    }
    case "none":
      return undefined;
  }
}
