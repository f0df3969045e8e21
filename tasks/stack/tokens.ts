import { dirname, join } from "node:path";
import type { StackSettings } from "./settings.ts";

/** What the system's programs show each other. */
export interface Tokens {
  /** `ONCALL_TOKEN`: for manager, instances, balancer and agent. */
  readonly system: string;
  /** `ALERT_TOKEN`: what Alertmanager shows the agent. */
  readonly alerts: string;
}

/** Files below the run directory that hold made tokens; `oncall` reads the first. */
const FILES = { system: "token", alerts: "alert_token" };
const OWNER_ONLY = 0o600;
const BYTES = 32;

/** The tokens of the environment or `.env`, else those made earlier, else new ones in files that only the owner reads. */
export function tokensOf(settings: StackSettings): Tokens {
  const file = (name: string) => join(settings.workingDirectory, settings.runDir, name);
  return {
    system: settings.token ?? kept(file(FILES.system)),
    alerts: settings.alertToken ?? kept(file(FILES.alerts)),
  };
}

function kept(path: string): string {
  const known = read(path);
  if (known !== "") {
    Deno.chmodSync(path, OWNER_ONLY);
    return known;
  }
  const made = crypto.getRandomValues(new Uint8Array(BYTES)).toBase64({ alphabet: "base64url", omitPadding: true });
  Deno.mkdirSync(dirname(path), { recursive: true });
  const part = `${path}.part`;
  Deno.writeTextFileSync(part, `${made}\n`, { mode: OWNER_ONLY });
  Deno.chmodSync(part, OWNER_ONLY);
  Deno.renameSync(part, path);
  return made;
}

function read(path: string): string {
  try {
    return Deno.readTextFileSync(path).trim();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}
