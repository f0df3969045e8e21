import { matches } from "../../../catalogue/mod.ts";
import { resultOf } from "../../../ledger.ts";
import type { AlertsResult } from "../../../tools/mod.ts";
import type { View } from "../../brain.ts";

/** The services of which an alert fires now, the incident's own among them. */
export function alertingServices({ situation, ledger }: Pick<View, "situation" | "ledger">): ReadonlySet<string> {
  const { service: own, services = [] } = situation;
  const alerts = resultOf<AlertsResult>(ledger, "list_alerts")?.result.alerts ?? [];
  const others = alerts.flatMap(({ labels }) =>
    services.find(({ match }) => match.some((wanted) => matches(wanted, labels)))?.name ?? []
  );
  return new Set([...own === undefined ? [] : [own.name], ...others]);
}
