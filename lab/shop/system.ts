import { join } from "node:path";
import { sleep } from "../../services/lib/waiting/mod.ts";
import { ROOT } from "../../tasks/build/mod.ts";
import { down, freePorts, type StackSettings, stackSettings, up } from "../../tasks/stack/mod.ts";
import { FAKE_ACCOUNT, type FakeTwilio, startFakeTwilio } from "../../tests/testing/mod.ts";
import { inTurn } from "../stack.ts";
import { shortened } from "../windows.ts";
import { type Acquirer, startAcquirer } from "./outside/acquirer.ts";
import { commit } from "./history.ts";
import { addressOf, type Listener, LISTENERS, type Ports, shopPorts } from "./ports.ts";
import { hasPython } from "./python.ts";
import { UNITS, unitSettings } from "./unit_settings.ts";
import { Units } from "./units.ts";

const HOME = join(ROOT, "lab", "shop");
/** Instances of the inventory that one scenario may have. */
const INSTANCES = 2;

/** The shop and everything around it, running. */
export interface ShopSystem {
  readonly folder: string;
  readonly settings: StackSettings;
  readonly ports: Ports;
  readonly units: Units;
  readonly acquirer: Acquirer;
  /** What goes to people's phones. */
  readonly phone: FakeTwilio;
  /** Ends every process in it. */
  stop(): Promise<void>;
}

/** What a system is started with. */
export interface ShopOptions {
  readonly speed: number;
  /** Services that have alert rules; all when it is absent. */
  readonly rules: readonly string[] | undefined;
  readonly signal: AbortSignal;
}

/** Starts the shop, the inventory, the monitoring and the agent in an empty folder. @throws when a part does not start */
export async function startShop(folder: string, options: ShopOptions): Promise<ShopSystem> {
  const { speed, rules, signal } = options;
  const ports = shopPorts();
  const phone = startFakeTwilio();
  const settings = await prepare(folder, { ports, speed, rules, twilio: phone.url });
  const acquirer = await startAcquirer(ports.acquirer, { key: "merchant-2207", limit: 60, answersInMs: 60 });
  await Deno.writeTextFile(join(folder, "etc", "acquirer-ca.pem"), acquirer.ca);
  const inventory = settings.urls.LB_URL;
  const units = new Units({ folder, settings: unitSettings(ports, inventory), restartMs: 1_000 });
  const stop = async () => {
    await units.stopAll();
    await acquirer.stop();
    await down(settings, () => {});
    await phone.stop();
  };
  try {
    for (const unit of UNITS) {
      await units.start(unit);
      await listening(ports[unit], signal);
    }
    await inTurn(() => up(settings, () => {}, signal));
    await stock(inventory);
    return { folder, settings, ports, units, acquirer, phone, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function prepare(
  folder: string,
  { ports, speed, rules, twilio }: {
    readonly ports: Ports;
    readonly speed: number;
    readonly rules: readonly string[] | undefined;
    readonly twilio: string;
  },
): Promise<StackSettings> {
  for (const name of ["config", "etc", "var", "logs", "run"]) await Deno.mkdir(join(folder, name), { recursive: true });
  // The agent may read all of its folder, so nothing is in it that a team's would not have.
  await copy(join(HOME, "code"), folder);
  for await (const { name } of Deno.readDir(join(folder, "payments"))) {
    if (name.endsWith(hasPython() ? ".ts" : ".py")) await Deno.remove(join(folder, "payments", name));
  }
  await copy(join(ROOT, "services", "inventory"), join(folder, "services", "inventory"));
  await Deno.writeTextFile(join(folder, ".gitignore"), "etc/\nlogs/\nrun/\nvar/\n.env\n");
  await commit(folder, "Shop as of this week", { first: true });
  await Deno.copyFile(join(ROOT, "config", "alertmanager.yaml"), join(folder, "config", "alertmanager.yaml"));
  for (const name of ["prometheus.yaml", "alerts.yaml", "oncall.yaml"]) {
    const text = await Deno.readTextFile(join(HOME, "config", name));
    const filled = text.replaceAll(
      /\{(\w+)\}/g,
      (all, word) => LISTENERS.includes(word) ? addressOf(word as Listener, ports) : all,
    );
    await Deno.writeTextFile(join(folder, "config", name), filled);
  }
  const first = freePorts(5 + INSTANCES);
  // The stack puts real ports into its own two files only.
  const catalogue = join(folder, "config", "oncall.yaml");
  const text = await Deno.readTextFile(catalogue);
  await Deno.writeTextFile(catalogue, text.replace("127.0.0.1:9000", `127.0.0.1:${first + 1}`));
  if (rules !== undefined) await keepRules(join(folder, "config", "alerts.yaml"), rules);
  for (const name of ["prometheus.yaml", "alerts.yaml", "alertmanager.yaml", "oncall.yaml"]) {
    const path = join(folder, "config", name);
    await Deno.writeTextFile(path, shortened(await Deno.readTextFile(path), speed));
  }
  const { accountSid, authToken, from, to } = FAKE_ACCOUNT;
  const env = {
    PM_PORT: first,
    LB_PORT: first + 1,
    AGENT_PORT: first + 2,
    PROM_URL: `http://127.0.0.1:${first + 3}`,
    ALERTMANAGER_URL: `http://127.0.0.1:${first + 4}`,
    PM_BASE_PORT: first + 5,
    PM_MAX_PORT: first + 4 + INSTANCES,
    LB_REFRESH_SEC: Math.max(1, Math.round(5 / speed)),
    TWILIO_ACCOUNT_SID: accountSid,
    TWILIO_AUTH_TOKEN: authToken,
    TWILIO_WHATSAPP_NUMBER: from,
    USER_WHATSAPP_NUMBER: to,
    TWILIO_BASE_URL: twilio,
    PUBLIC_URL: "https://oncall.example",
  };
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  await Deno.writeTextFile(join(folder, ".env"), lines.join(""));
  return stackSettings(folder);
}

async function keepRules(path: string, services: readonly string[]): Promise<void> {
  const [head, ...groups] = (await Deno.readTextFile(path)).split(/^(?= {2}- name: )/m);
  const kept = groups.filter((group) =>
    ["monitoring", ...services].some((name) => group.startsWith(`  - name: ${name}\n`))
  );
  await Deno.writeTextFile(path, [head, ...kept].join(""));
}

/** Waits until something listens on a port. @throws when nothing does within a minute */
async function listening(port: number, signal: AbortSignal): Promise<void> {
  const until = AbortSignal.any([signal, AbortSignal.timeout(60_000)]);
  while (true) {
    try {
      (await Deno.connect({ hostname: "127.0.0.1", port })).close();
      return;
    } catch {
      await sleep(50, until);
    }
  }
}

/** Puts on the shelves what the shop sells. */
async function stock(inventory: string): Promise<void> {
  for (let id = 1; id <= 400; id += 8) {
    await Promise.all(Array.from({ length: 8 }, async (_, index) => {
      const response = await fetch(`${inventory}/items/${id + index}`, {
        method: "PUT",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ name: `product ${id + index}`, price: 10, manufacturer: "house" }),
      });
      await response.body?.cancel();
    }));
  }
}

export async function copy(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory, isFile } of Deno.readDir(from)) {
    if (isDirectory) await copy(join(from, name), join(to, name));
    else if (isFile) await Deno.copyFile(join(from, name), join(to, name));
  }
}
