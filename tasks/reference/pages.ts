import { apiPage } from "./api.ts";
import { cliPage } from "./cli.ts";
import { configSchema } from "./config_schema.ts";
import { configurationPage } from "./configuration.ts";
import { indexPage } from "./index_page.ts";
import { formatted } from "./markdown.ts";
import { measurementsPage } from "./measurements.ts";
import { metricsPage } from "./metrics.ts";
import { observeRoles } from "./observe.ts";
import { toolsPage } from "./tools.ts";
import { understoodPage } from "./understood.ts";

const NOTE = "\n_Made by `deno task reference`; do not edit._\n";

/** Every page by its path in the checkout, the index with them. */
export async function referencePages(): Promise<Record<string, string>> {
  const observed = await observeRoles();
  const pages = {
    "docs/reference/configuration.md": await configurationPage(),
    "docs/reference/api.md": apiPage(observed),
    "docs/reference/metrics.md": metricsPage(observed),
    "docs/reference/cli.md": await cliPage(),
    "docs/reference/measurements.md": await measurementsPage(),
    "docs/reference/understood.md": understoodPage(),
    "docs/reference/tools.md": toolsPage(),
  };
  const entries = Object.entries(pages).map(async ([path, text]) => [path, await formatted(text + NOTE)] as const);
  return {
    ...Object.fromEntries(await Promise.all(entries)),
    "docs/reference/oncall.schema.json": configSchema(),
    "docs/README.md": await formatted(await indexPage()),
  };
}
