import { ConfigurationError, flag, list, secret, type Setting } from "../configuration/mod.ts";
import { isLoopback } from "./call.ts";

/** Settings of whom a server answers; each role that serves has them. */
export const accessSettings = {
  token: secret({
    env: "ONCALL_TOKEN",
    help: "token that the system's programs show each other; `deno task up` makes one",
  }),
  allowedHosts: list({
    env: "ALLOWED_HOSTS",
    help: "names, comma-separated, under which the servers may be called besides their own addresses",
  }),
};

const lab = flag({
  env: "ONCALL_LAB",
  help: "whether faults may be set in the inventory's instances; default: where only this machine reaches them",
});

/** Whether faults may be set; undefined where that is not said. */
export const labSetting: Setting<boolean | undefined> = { ...lab, fallback: undefined };

/** Whether faults may be set in a server that listens on `hostname`. */
export function labIsOn(lab: boolean | undefined, hostname: string): boolean {
  return lab ?? isLoopback(bare(hostname));
}

/** A server's address, the variable that sets it, and what protects it. */
export interface OpenAddress {
  readonly hostname: string;
  /** E.g. `AGENT_HOST`. */
  readonly variable: string;
  /** The tokens that it needs where others can reach it, by their variables. */
  readonly tokens: Readonly<Record<string, string | undefined>>;
}

/** @throws {ConfigurationError} for an address that other machines can reach while a token is not set. */
export function refuseOpenAddress({ hostname, variable, tokens }: OpenAddress): void {
  if (isLoopback(bare(hostname))) return;
  const missing = Object.entries(tokens).filter(([, value]) => value === undefined).map(([name]) => name);
  if (missing.length === 0) return;
  throw new ConfigurationError(
    `${variable}: other machines can reach ${hostname}: set ${missing.join(" and ")} to a long random text ` +
      `(openssl rand -hex 32), or leave ${variable} at 127.0.0.1`,
  );
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}
