import { loadDotEnv, type Settings } from "../../services/lib/configuration/mod.ts";
import type { Role } from "./roles.ts";

/** Variables that every executable may read: where its files go, and whether its output may have color. */
const COMMON_ENV = ["RUN_DIR", "LOG_DIR", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"];

/** This machine, by each name under which a program listens on it or reaches it. */
const LOOPBACK = ["127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]"];

/** Where values that widen a flag are read when building: the environment, else `.env` in the checkout. */
export type Lookup = (name: string) => string | undefined;

/** The process's environment, else `path`. */
export function environmentAnd(path: string): Lookup {
  const file = loadDotEnv(path);
  return (name) => Deno.env.get(name) || file[name] || undefined;
}

/**
 * The smallest permission flags for a role. Paths are relative, so that they hold for the folder in which the program is
 * started. A role that guards itself may do more, unless hosts are given. Reachable hosts are loopback, those of the settings' defaults, those of the settings' values at the time of
 * the build, and `ONCALL_ALLOW_NET` (comma-separated); no credential is looked at.
 */
export function permissionFlags(role: Role, settings: Settings, lookup: Lookup): string[] {
  const read = [".env", ...(role.writes ? ["run", "logs"] : []), ...(role.read ?? [])];
  const env = new Set(COMMON_ENV);
  const net = new Set([...LOOPBACK, ...(role.net ?? [])]);
  for (const setting of Object.values(settings)) {
    if (setting.env === undefined) continue;
    env.add(setting.env);
    if (setting.secret) continue;
    for (const host of hostsOf(setting.env, setting.fallback)) net.add(host);
    for (const host of hostsOf(setting.env, lookup(setting.env))) net.add(host);
  }
  const fixed = listIn(lookup("ONCALL_ALLOW_NET"));
  for (const host of fixed) net.add(host);
  for (const path of listIn(lookup("ONCALL_ALLOW_READ"))) read.push(path);
  for (const name of listIn(lookup("ONCALL_ALLOW_ENV"))) env.add(name);
  const flags = role.guarded && fixed.length === 0 ? ["--no-prompt", "--allow-read", "--allow-env", "--allow-net"] : [
    "--no-prompt",
    `--allow-read=${[...new Set(read)].join(",")}`,
    `--allow-env=${[...env].sort().join(",")}`,
    // Packages look for variables of their own; they are to find none instead of failing.
    "--ignore-env",
    `--allow-net=${[...net].join(",")}`,
  ];
  if (role.denyRead) flags.push(`--deny-read=${role.denyRead.join(",")}`);
  if (role.writes) flags.push(`--allow-write=${["run", "logs", ...role.write ?? []].join(",")}`);
  const programs = new Set(role.run ?? []);
  const chosen = role.runSetting && lookup(role.runSetting);
  if (chosen) programs.add(chosen);
  if (programs.size > 0) flags.push(`--allow-run=${[...programs].join(",")}`);
  if (role.sys) flags.push(`--allow-sys=${role.sys.join(",")}`);
  return flags;
}

function listIn(value: string | undefined): string[] {
  return (value ?? "").split(",").map((one) => one.trim()).filter((one) => one !== "");
}

/** The hosts in a setting's value: those of its http(s) and postgres URLs, or the value of a `…_HOST`. */
function hostsOf(name: string, value: unknown): string[] {
  const parts = (Array.isArray(value) ? value : [value]).flatMap((part) => String(part ?? "").split(","));
  const hosts: string[] = [];
  for (const part of parts.map((part) => part.trim())) {
    if (part === "") continue;
    if (/^(https?|postgres(ql)?):\/\//.test(part)) {
      if (URL.canParse(part)) hosts.push(new URL(part).hostname);
    } else if (name.endsWith("_HOST") || name === "HOST") hosts.push(part);
  }
  return hosts.filter((host) => host !== "");
}
