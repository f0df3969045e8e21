import { bad, type Cell, good, oneLine, warn } from "../../lib/terminal/mod.ts";
import { spanText } from "../../lib/timespan/mod.ts";
import type { ActiveAlert } from "../prometheus.ts";

/** An alert that begins to wait, fires or ends. */
export interface AlertChange {
  readonly name: string;
  readonly state: string;
  readonly cells: readonly [Cell, string];
}

/** Tells what has changed among Prometheus' alerts each time that it is looked at. */
export class AlertNews {
  #known = new Map<string, string>();

  /** What has changed since the last look; what fires already at the first is told too. */
  read(alerts: readonly ActiveAlert[]): AlertChange[] {
    const now = new Map<string, ActiveAlert>();
    for (const alert of alerts) if (now.get(alert.name)?.state !== "firing") now.set(alert.name, alert);
    const news = [...now.values()].filter(({ name, state }) => this.#known.get(name) !== state).map(tell);
    for (const name of this.#known.keys()) {
      if (!now.has(name)) {
        news.push({ name, state: "inactive", cells: [good("over"), `${oneLine(name)} is not true any more`] });
      }
    }
    this.#known = new Map([...now.values()].map(({ name, state }) => [name, state]));
    return news;
  }
}

function tell({ name, state, summary, forSeconds }: ActiveAlert): AlertChange {
  const what = summary === "" ? oneLine(name) : `${oneLine(name)}: ${oneLine(summary)}`;
  if (state === "firing") return { name, state, cells: [bad("firing"), `${what}; Alertmanager passes it on`] };
  const lasts = forSeconds === undefined ? "" : `; fires when that has lasted ${spanText(forSeconds * 1000)}`;
  return { name, state, cells: [warn(oneLine(state)), `${what}${lasts}`] };
}
