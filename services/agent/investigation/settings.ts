import { integer, list, optional, secret, text, url } from "../../lib/configuration/mod.ts";

/** Settings of the investigation: what it reads, what it may spend, and the model that it may ask. */
export const investigationSettings = {
  promUrl: url({ env: "PROM_URL", help: "Prometheus" }, "http://127.0.0.1:9090"),
  lbUrl: url({ env: "LB_URL", help: "load balancer, where the logs are read" }, "http://127.0.0.1:9000"),
  alertmanagerUrl: url({ env: "ALERTMANAGER_URL", help: "Alertmanager" }, "http://127.0.0.1:9093"),
  pmUrl: url({ env: "PM_URL", help: "process manager, whose events are read" }, "http://127.0.0.1:7070"),
  catalogue: optional({
    env: "ONCALL_CONFIG",
    help: "file that describes the services, inside the working directory (default config/oncall.yaml)",
  }),
  codeRoot: optional({ env: "CODE_ROOT", help: "local checkout of the services' code, inside the working directory" }),
  githubToken: secret({ env: "GITHUB_TOKEN", help: "token that may read the repository" }),
  githubOwner: optional({ env: "GITHUB_OWNER", help: "owner of the repository with the services' code" }),
  githubRepo: optional({ env: "GITHUB_REPO", help: "repository with the services' code" }),
  githubRef: optional({
    env: "GITHUB_REF",
    help: "branch, tag or commit that is deployed (default the default branch)",
  }),
  githubApiUrl: url({ env: "GITHUB_API_URL", help: "GitHub's API" }, "https://api.github.com"),
  openaiApiKey: secret({
    env: "OPENAI_API_KEY",
    help: "key of an OpenAI-compatible endpoint; without it the rules decide",
  }),
  openaiBaseUrl: url({ env: "OPENAI_BASE_URL", help: "OpenAI-compatible endpoint" }, "https://api.openai.com/v1"),
  openaiModel: text({ env: "OPENAI_MODEL", help: "model that is asked" }, "gpt-4o-mini"),
  openaiTimeoutSec: integer(
    { env: "OPENAI_TIMEOUT", help: "seconds that one answer of the model may take" },
    30,
    1,
    600,
  ),
  openaiSeverities: list(
    { env: "OPENAI_SEVERITIES", help: "severities that the model is asked for, comma-separated; none: all" },
  ),
  openaiTokensPerIncident: integer(
    { env: "OPENAI_TOKENS_PER_INCIDENT", help: "tokens that one incident may use; 0: no limit" },
    60_000,
  ),
  openaiTokensPerHour: integer(
    { env: "OPENAI_TOKENS_PER_HOUR", help: "tokens that all incidents of an hour may use; 0: no limit" },
    600_000,
  ),
  investigations: integer({ env: "INVESTIGATIONS", help: "investigations at once" }, 4, 1, 64),
  investigationSteps: integer(
    { env: "INVESTIGATION_STEPS", help: "steps that one investigation may take" },
    12,
    3,
    100,
  ),
  investigationBudgetSec: integer(
    { env: "INVESTIGATION_BUDGET", help: "seconds that one investigation may take" },
    120,
    1,
    3_600,
  ),
};
