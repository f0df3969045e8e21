import * as v from "valibot";
import type { ActiveAlert } from "../sources/mod.ts";
import { defineTool, parameters } from "./tool.ts";

/** What `list_alerts` answers. */
export interface AlertsResult {
  readonly count: number;
  /** The ones of the incident's service first, then the newest. */
  readonly alerts: readonly ActiveAlert[];
  readonly cut: string | null;
}

const MOST = 30;

/** What else is firing now. */
export const listAlerts = defineTool({
  name: "list_alerts",
  subject: "other alerts",
  counts: ["alert"],
  description: "Alerts that are active in Alertmanager now, those of the same service first.",
  schema: v.strictObject({}),
  parameters: parameters({}),
  timeoutMs: 5_000,
  outputLimit: 3_000,
  async run(_args, { situation, sources, signal }): Promise<AlertsResult> {
    const all = (await sources.alerts(signal)).filter((alert) => alert.labels.alertname !== "Watchdog");
    const same = (alert: ActiveAlert) => alert.labels.service === situation.incident.service;
    const sorted = all.sort((a, b) => Number(same(b)) - Number(same(a)) || b.starts_at.localeCompare(a.starts_at));
    return {
      count: sorted.length,
      alerts: sorted.slice(0, MOST),
      cut: sorted.length > MOST ? `${sorted.length - MOST} more are counted but not shown` : null,
    };
  },
  facts(result, facts) {
    facts.count(result.count, ["alert"]).count(result.alerts?.length, ["alert"]).quote(result);
    for (const { annotations } of result.alerts ?? []) {
      for (const text of Object.values(annotations ?? {})) facts.said(text);
    }
  },
});
