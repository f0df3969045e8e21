import type { AuditEntry } from "../../../../lib/audit_trail/mod.ts";
import type { Account, Credential } from "../../accounts.ts";
import type { AccountKey } from "../../store.ts";
import { optional } from "../rows.ts";
import type { Row } from "../statements.ts";
import { OutboxTransaction } from "./outbox.ts";

const COLUMNS = ["id", "name", "subject", "phone"] as const;

/** People, what they sign in with, and what they did. */
export class AccountTransaction extends OutboxTransaction {
  // deno-lint-ignore require-await
  async account(by: AccountKey): Promise<Account | undefined> {
    const column = COLUMNS.find((name) => name in by)!;
    const value = (by as Record<string, string>)[column]!;
    return optional(this.sql.get(`SELECT document FROM accounts WHERE ${column} = ?`, value), documentOf<Account>);
  }

  // deno-lint-ignore require-await
  async accounts(): Promise<Account[]> {
    return this.sql.all("SELECT document FROM accounts ORDER BY name").map(documentOf<Account>);
  }

  // deno-lint-ignore require-await
  async saveAccount(account: Account): Promise<void> {
    this.sql.run(
      `INSERT INTO accounts (id, name, subject, phone, document) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (id) DO UPDATE SET name = excluded.name, subject = excluded.subject, phone = excluded.phone,
         document = excluded.document`,
      account.id,
      account.name,
      account.subject ?? null,
      account.phone ?? null,
      JSON.stringify(account),
    );
  }

  // deno-lint-ignore require-await
  async credential(hash: string): Promise<Credential | undefined> {
    return optional(this.sql.get("SELECT document FROM credentials WHERE hash = ?", hash), documentOf<Credential>);
  }

  // deno-lint-ignore require-await
  async credentials(accountId: string): Promise<Credential[]> {
    return this.sql.all("SELECT document FROM credentials WHERE account_id = ?", accountId)
      .map(documentOf<Credential>)
      .sort((a, b) => a.created_at < b.created_at ? 1 : -1);
  }

  // deno-lint-ignore require-await
  async saveCredential(credential: Credential): Promise<void> {
    this.sql.run(
      "INSERT OR REPLACE INTO credentials (hash, account_id, expires_at, document) VALUES (?, ?, ?, ?)",
      credential.hash,
      credential.account_id,
      credential.expires_at,
      JSON.stringify(credential),
    );
  }

  // deno-lint-ignore require-await
  async dropCredential(hash: string): Promise<boolean> {
    return this.sql.run("DELETE FROM credentials WHERE hash = ?", hash) === 1;
  }

  // deno-lint-ignore require-await
  async dropExpiredCredentials(before: string): Promise<number> {
    return this.sql.run("DELETE FROM credentials WHERE expires_at < ?", before);
  }

  // deno-lint-ignore require-await
  async lastAudit(): Promise<AuditEntry | undefined> {
    return optional(this.sql.get("SELECT document FROM audit ORDER BY seq DESC LIMIT 1"), documentOf<AuditEntry>);
  }

  // deno-lint-ignore require-await
  async addAudit(entry: AuditEntry): Promise<void> {
    this.sql.run("INSERT INTO audit (seq, document) VALUES (?, ?)", entry.seq, JSON.stringify(entry));
  }

  // deno-lint-ignore require-await
  async auditTrail(after: number, limit: number): Promise<AuditEntry[]> {
    return this.sql.all("SELECT document FROM audit WHERE seq > ? ORDER BY seq LIMIT ?", after, limit)
      .map(documentOf<AuditEntry>);
  }
}

function documentOf<T>(row: Row): T {
  return JSON.parse(row.document as string) as T;
}
