import { bad, type Cell, good, oneLine, warn } from "../../lib/terminal/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";
import type { ActiveAlert } from "../prometheus.ts";

/** An alert that becomes pending, fires or ends. */
export interface AlertChange {
  readonly name: string;
  readonly state: string;
  readonly cells: readonly [Cell, string];
}

/** Reports the changes among Prometheus' alerts at each poll. */
export class AlertNews {
  #known = new Map<string, string>();

  /** The changes since the last poll; at the first one, all alerts that are pending or firing. */
  read(alerts: readonly ActiveAlert[]): AlertChange[] {
    const now = new Map<string, ActiveAlert>();
    for (const alert of alerts) if (now.get(alert.name)?.state !== "firing") now.set(alert.name, alert);
    const news = [...now.values()].filter(({ name, state }) => this.#known.get(name) !== state).map(tell);
    for (const name of this.#known.keys()) {
      if (!now.has(name)) {
        news.push({ name, state: "inactive", cells: [good("over"), `${oneLine(name)} no longer fires`] });
      }
    }
    this.#known = new Map([...now.values()].map(({ name, state }) => [name, state]));
    return news;
  }
}

function tell({ name, state, summary, forSeconds }: ActiveAlert): AlertChange {
  const what = summary === "" ? oneLine(name) : `${oneLine(name)}: ${oneLine(summary)}`;
  if (state === "firing") return { name, state, cells: [bad("firing"), `${what}; Alertmanager passes it on`] };
  const lasts = forSeconds === undefined ? "" : `; fires if that lasts ${spanText(forSeconds * 1000)}`;
  return { name, state, cells: [warn(oneLine(state)), `${what}${lasts}`] };
}
