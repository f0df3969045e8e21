import { ConfigurationError, VERSION } from "../lib/configuration/mod.ts";
import type { Logger } from "../lib/telemetry/mod.ts";

/** Where the inventory is when `INVENTORY_BIN` does not say: on PATH, or where `deno task build` puts it. */
const CANDIDATES = ["oncall-inventory", "bin/oncall-inventory"];

/**
 * The inventory's executable, tried out with `--version`; another version than the manager's is logged.
 *
 * @throws {ConfigurationError} when none can be run.
 */
export async function findInventory(given: string | undefined, log: Logger): Promise<string> {
  const failures: string[] = [];
  for (const bin of given === undefined ? CANDIDATES : [given]) {
    try {
      const { success, stdout } = await new Deno.Command(bin, { args: ["--version"], stdin: "null", stderr: "null" })
        .output();
      const version = new TextDecoder().decode(stdout).trim();
      if (!success) throw new Error("--version failed");
      if (version !== VERSION) {
        log.warn("inventory and manager have different versions, rebuild both", {
          inventory: version,
          manager: VERSION,
        });
      }
      return bin;
    } catch (error) {
      failures.push(`${bin}: ${reasonOf(error)}`);
    }
  }
  throw new ConfigurationError(
    `INVENTORY_BIN: no inventory to start (${failures.join("; ")}); put the folder of oncall-inventory on PATH`,
  );
}

function reasonOf(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "not found";
  if (error instanceof Deno.errors.NotCapable) {
    return "not permitted, only oncall-inventory on PATH and bin/oncall-inventory are";
  }
  return error instanceof Error ? error.message : String(error);
}
