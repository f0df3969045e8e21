import { join } from "node:path";
import { sleep } from "../../services/lib/waiting/mod.ts";
import { Session } from "./code/packages/sql.ts";
import { commit } from "./history.ts";
import { loadRelease, releasedText } from "./release.ts";
import type { ShopScenario, ShopStep } from "./scenario.ts";
import { copy, type ShopSystem } from "./system.ts";
import type { Traffic } from "./traffic.ts";
import { serviceOf, type Unit, UNITS, withValues } from "./unit_settings.ts";

/** What a scenario is acted out with. */
export interface ActOptions {
  readonly system: ShopSystem;
  readonly traffic: Traffic;
  readonly speed: number;
  readonly signal: AbortSignal;
}

/** Carries out a scenario's steps, each at its time, until the end or until `signal` aborts. */
export async function actShop({ steps }: ShopScenario, options: ActOptions): Promise<void> {
  await Promise.all(steps.map(async (step) => {
    if (await wait(step.at, options)) await carryOut(step, options);
  }));
}

/** Waits so many of the scenario's seconds; false when the signal came first. */
async function wait(seconds: number, { speed, signal }: ActOptions): Promise<boolean> {
  await sleep(seconds * 1000 / speed, signal).catch(() => {});
  return !signal.aborted;
}

async function carryOut(step: ShopStep, options: ActOptions): Promise<void> {
  const { system, traffic } = options;
  const { units, folder, acquirer, ports } = system;
  if ("traffic" in step) traffic.change(step.traffic);
  else if ("kill" in step) {
    await units.stop(step.kill, "SIGKILL");
    if (step.for !== undefined && await wait(step.for, options)) await units.start(step.kill);
  } else if ("freeze" in step) {
    units.freeze(step.freeze);
    if (step.for !== undefined && await wait(step.for, options)) units.thaw(step.freeze);
  } else if ("restart" in step) await units.restart(step.restart);
  else if ("release" in step) await release(step.release, step.on, system);
  else if ("settings" in step) {
    const { settings } = units.options;
    settings[step.settings] = withValues(settings[step.settings], step.values);
    await units.restart(step.settings);
  } else if ("sql" in step) {
    const session = await Session.open("127.0.0.1", ports.database);
    await session.query(step.sql);
    session.close();
  } else if ("full_disk" in step) await fill(join(folder, "var", "database"));
  else if ("acquirer" in step) acquirer.terms = { ...acquirer.terms, ...defined(step.acquirer) };
  else if ("certificate_ended_hours_ago" in step) {
    await acquirer.serve(new Date(Date.now() - step.certificate_ended_hours_ago * 3_600_000));
  } else if ("inventory" in step) await post(`${system.settings.urls.PM_URL}/fault`, step.inventory);
  else {
    const now = Date.now();
    await post(`${system.settings.urls.ALERTMANAGER_URL}/api/v2/alerts`, [{
      labels: { alertname: step.page, service: step.service, severity: step.severity },
      annotations: { summary: `${step.page} of ${step.service}` },
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + 600_000).toISOString(),
    }]);
  }
}

/** Changes a service's code as a release does and starts it anew; on one instance, beside the code of the others. */
async function release(name: string, on: Unit | undefined, { folder, units }: ShopSystem): Promise<void> {
  const [service, version] = name.split("/") as [string, string];
  const { note, edits } = await loadRelease(name);
  const code = on === undefined ? service : `${service}-${version}`;
  if (on !== undefined) await copy(join(folder, service), join(folder, code));
  for (const edit of edits) {
    const path = join(folder, code, edit.file);
    await Deno.writeTextFile(path, releasedText(await Deno.readTextFile(path), edit, name));
  }
  if (on === undefined) await commit(folder, note);
  const { settings } = units.options;
  for (const unit of on === undefined ? UNITS.filter((unit) => serviceOf(unit) === service) : [on]) {
    settings[unit] = { ...settings[unit], version };
    if (on !== undefined) units.useCode(unit, code);
    await units.restart(unit);
  }
}

/** Every write to these files is refused for want of room from now on: the device is always full. */
async function fill(folder: string): Promise<void> {
  for (const table of ["orders", "payments", "shipments", "stock"]) {
    const file = join(folder, `${table}.journal`);
    await Deno.remove(file).catch(() => {});
    await Deno.symlink("/dev/full", file);
  }
}

async function post(url: string, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${new URL(url).pathname} was answered ${response.status}: ${text}`);
}

function defined<T extends object>(values: T): { [K in keyof T]-?: NonNullable<T[K]> } {
  const kept = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(kept) as { [K in keyof T]-?: NonNullable<T[K]> };
}
