import { integer, optional, secret, url, type Values } from "../../lib/configuration/mod.ts";
import { connectionSettings } from "../connections/mod.ts";

const { alertmanagerUrl, pmUrl } = connectionSettings;

/** Settings of the investigation: what it reads and how long it may take. */
export const investigationSettings = {
  promUrl: url({ env: "PROM_URL", help: "Prometheus" }, "http://127.0.0.1:9090"),
  lbUrl: url({ env: "LB_URL", help: "load balancer, the source of the logs" }, "http://127.0.0.1:9000"),
  alertmanagerUrl,
  pmUrl,
  catalogue: optional({
    env: "ONCALL_CONFIG",
    help: "file that describes the services, inside the working directory (default config/oncall.yaml)",
  }),
  codeRoot: optional({ env: "CODE_ROOT", help: "local checkout of the services' code, inside the working directory" }),
  githubToken: secret({ env: "GITHUB_TOKEN", help: "token with read access to the repository" }),
  githubOwner: optional({ env: "GITHUB_OWNER", help: "owner of the repository with the services' code" }),
  githubRepo: optional({ env: "GITHUB_REPO", help: "repository with the services' code" }),
  githubRef: optional({
    env: "GITHUB_REF",
    help: "deployed branch, tag or commit (default: the default branch)",
  }),
  githubApiUrl: url({ env: "GITHUB_API_URL", help: "GitHub's API" }, "https://api.github.com"),
  investigations: integer({ env: "INVESTIGATIONS", help: "most investigations at once" }, 4, 1, 64),
  investigationSteps: integer(
    { env: "INVESTIGATION_STEPS", help: "most steps of one investigation" },
    12,
    3,
    100,
  ),
  investigationBudgetSec: integer(
    { env: "INVESTIGATION_BUDGET", help: "most seconds of one investigation" },
    120,
    1,
    3_600,
  ),
};

/** Validated settings of the investigation. */
export type InvestigationOptions = Values<typeof investigationSettings>;
