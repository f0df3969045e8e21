import { ConfigurationError, readSettings } from "../../services/lib/configuration/mod.ts";
import { type Lookup, roleNames, roles, settingsOf } from "../build/mod.ts";

/**
 * Checks each variable of each executable as the executable itself would when it starts.
 *
 * @throws {ConfigurationError} naming every variable that one of them would refuse.
 */
export async function everySettingMustBeValid(lookup: Lookup): Promise<void> {
  const problems = new Set<string>();
  for (const name of roleNames) {
    const { executable } = roles[name];
    try {
      const settings = await settingsOf(roles[name]);
      readSettings({ name: executable, summary: "" }, settings, { args: [], env: lookup, dotEnv: {} });
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      for (const problem of error.problems) problems.add(problem);
    }
  }
  if (problems.size > 0) throw new ConfigurationError([...problems]);
}
