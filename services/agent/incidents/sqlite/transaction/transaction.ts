import type { Transaction } from "../../store.ts";
import { AccountTransaction } from "./accounts.ts";

/** One body's view of the database; of no use once the body has ended. */
export class SqliteTransaction extends AccountTransaction implements Transaction {
  // deno-lint-ignore require-await
  async claimInbound(id: string): Promise<boolean> {
    const at = this.deps.now().toISOString();
    return this.sql.run("INSERT OR IGNORE INTO inbound (id, at) VALUES (?, ?)", id, at) === 1;
  }

  // deno-lint-ignore require-await
  async setting(name: string): Promise<string | undefined> {
    return this.sql.get("SELECT value FROM settings WHERE name = ?", name)?.value as string | undefined;
  }

  // deno-lint-ignore require-await
  async saveSetting(name: string, value: string, of?: { readonly incident_id: string }): Promise<void> {
    this.sql.run(
      "INSERT OR REPLACE INTO settings (name, value, incident_id) VALUES (?, ?, ?)",
      name,
      value,
      of?.incident_id ?? null,
    );
  }
}
