import {
  type Account,
  type Credential,
  newId,
  type Role,
  ROLES,
  type Store,
  type Transaction,
} from "../incidents/mod.ts";
import { audit } from "./audit.ts";
import { hashPassword, isPassword, passwordProblem } from "./password.ts";
import { newSecret, secretHash } from "./secrets.ts";

/** Who asks for something, as far as that was shown. */
export interface Identity {
  /** How the audit trail names it: an account's name, `token`, `local`, `whatsapp:…`. */
  readonly name: string;
  readonly role: Role;
  readonly account?: Account;
  /** What it was shown by, where that can be ended. */
  readonly credential?: Credential;
}

/** Something that cannot be done with accounts as asked; `message` says what to do instead. */
export class AccountProblem extends Error {
  override name = "AccountProblem";
  readonly code: "not_found" | "taken" | "invalid_input" | "forbidden";

  constructor(code: AccountProblem["code"], message: string) {
    super(message);
    this.code = code;
  }
}

/** What accounts need. */
export interface AccountsDeps {
  readonly store: Store;
  readonly now: () => Date;
}

/** What an account is made with. */
export interface NewAccount {
  readonly name: string;
  readonly role: Role;
  readonly password?: string | undefined;
  readonly phone?: string | undefined;
  readonly subject?: string | undefined;
}

/** What of an account can be changed; null takes a phone or a password away. */
export interface AccountChange {
  readonly role?: Role | undefined;
  readonly password?: string | null | undefined;
  readonly phone?: string | null | undefined;
  readonly disabled?: boolean | undefined;
}

/** How long a session of the console lasts, in seconds. */
export const SESSION_SECONDS = 12 * 3_600;
const USED_EVERY_MS = 60_000;
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$/u;

/** Whether `role` is at least `least`. */
export function mayDo(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** People with names: who they are, what they may do, and what opens their accounts. */
export class Accounts {
  readonly #store: Store;
  readonly #now: () => Date;
  #exist = false;

  constructor({ store, now }: AccountsDeps) {
    this.#store = store;
    this.#now = now;
  }

  /** Whether there is any account, as far as is known: at once, so that a page need not wait. */
  get exist(): boolean {
    return this.#exist;
  }

  async list(): Promise<Account[]> {
    const accounts = await this.#store.transact((tx) => tx.accounts());
    this.#exist = accounts.length > 0;
    return accounts;
  }

  /** @throws {AccountProblem} */
  async add(by: Identity, { name, role, password, phone, subject }: NewAccount): Promise<Account> {
    if (!NAME.test(name)) {
      throw new AccountProblem("invalid_input", "name: expected letters and digits, 64 at most, no spaces");
    }
    const secret = await passwordFields(password, name);
    return await this.#change(by, "account_added", async (tx) => {
      if (await tx.account({ name }) !== undefined) throw new AccountProblem("taken", `There is an account ${name}.`);
      await refuseTaken(tx, { phone });
      const at = this.#now().toISOString();
      return {
        id: newId({ now: this.#now }),
        name,
        role,
        ...secret,
        ...(phone === undefined ? {} : { phone }),
        ...(subject === undefined ? {} : { subject }),
        created_at: at,
      };
    });
  }

  /** @throws {AccountProblem} */
  async change(by: Identity, name: string, change: AccountChange): Promise<Account> {
    const secret = change.password === null ? {} : await passwordFields(change.password, name);
    return await this.#change(by, "account_changed", async (tx) => {
      const account = await found(tx, name);
      await refuseTaken(tx, { phone: change.phone ?? undefined, except: account.id });
      if (account.role === "administer" && (change.disabled || (change.role ?? "administer") !== "administer")) {
        await refuseLastAdministrator(tx, account);
      }
      const { password_hash, phone, disabled_at, ...rest } = account;
      const next: Account = {
        ...rest,
        role: change.role ?? account.role,
        ...(change.password === null || password_hash === undefined ? {} : { password_hash }),
        ...secret,
        ...optionalField("phone", change.phone === undefined ? phone : change.phone ?? undefined),
        ...optionalField(
          "disabled_at",
          change.disabled === undefined ? disabled_at : change.disabled ? this.#now().toISOString() : undefined,
        ),
      };
      // What opened it under its old password, or at all, opens nothing more.
      if (change.disabled || change.password !== undefined) await endAll(tx, next, by.credential?.hash);
      return next;
    });
  }

  /** Who has this name and password; undefined for a wrong one, an unknown name or a disabled account alike. */
  async byPassword(name: string, password: string): Promise<Account | undefined> {
    const account = await this.byName(name);
    const right = await isPassword(password.slice(0, 200), account?.password_hash);
    return right && account?.disabled_at === undefined ? account : undefined;
  }

  /** Who a session's or a token's secret belongs to; its role is the lower one of both. */
  async bySecret(secret: string, kind: Credential["kind"]): Promise<Identity | undefined> {
    const now = this.#now().toISOString();
    const hash = secretHash(secret);
    return await this.#store.transact(async (tx) => {
      const credential = await tx.credential(hash);
      if (credential?.kind !== kind || credential.expires_at <= now) return undefined;
      const account = await tx.account({ id: credential.account_id });
      if (account === undefined || account.disabled_at !== undefined) return undefined;
      if (Date.parse(now) - Date.parse(credential.used_at ?? credential.created_at) > USED_EVERY_MS) {
        await tx.saveCredential({ ...credential, used_at: now });
      }
      const role = mayDo(credential.role, account.role) ? account.role : credential.role;
      return { name: account.name, role, account, credential };
    });
  }

  /** Who has this subject at an OpenID Connect provider, disabled or not. */
  bySubject(subject: string): Promise<Account | undefined> {
    return this.#store.transact((tx) => tx.account({ subject }));
  }

  /** Who is called that, disabled or not. */
  byName(name: string): Promise<Account | undefined> {
    return this.#store.transact((tx) => tx.account({ name }));
  }

  /** Who writes from this number. */
  async byPhone(phone: string): Promise<Account | undefined> {
    const account = await this.#store.transact((tx) => tx.account({ phone }));
    return account?.disabled_at === undefined ? account : undefined;
  }

  /** The secret of a new session. */
  beginSession(account: Account, label: string): Promise<string> {
    return this.#issue({
      kind: "session",
      account,
      label,
      role: account.role,
      lastsMs: SESSION_SECONDS * 1_000,
      action: "signed_in",
    });
  }

  /** The secret of a new token, which is shown this once. @throws {AccountProblem} */
  async newToken(by: Identity, { label, role, days }: { label: string; role: Role; days: number }): Promise<string> {
    if (by.account === undefined) {
      throw new AccountProblem("forbidden", "Only a person with an account has tokens: sign in by name.");
    }
    if (!mayDo(by.role, role)) throw new AccountProblem("forbidden", `role: you may ${by.role} at most`);
    const lastsMs = days * 86_400_000;
    return await this.#issue({ kind: "token", account: by.account, label, role, lastsMs, action: "token_made" });
  }

  /** What opens an account now, the newest first. */
  async credentials(account: Account): Promise<Credential[]> {
    const now = this.#now().toISOString();
    return await this.#store.transact(async (tx) => {
      await tx.dropExpiredCredentials(now);
      return await tx.credentials(account.id);
    });
  }

  /** Ends a session or a token of an account, by its id. @throws {AccountProblem} */
  async end(by: Identity, account: Account, id: string): Promise<void> {
    await this.#store.transact(async (tx) => {
      const one = (await tx.credentials(account.id)).find((credential) => credential.id === id);
      if (one === undefined) throw new AccountProblem("not_found", `${account.name} has no session or token ${id}.`);
      await tx.dropCredential(one.hash);
      const details = { kind: one.kind, label: one.label };
      await audit(tx, { at: this.#now().toISOString(), by: by.name, action: "ended", target: account.name, details });
    });
  }

  async #issue(
    { kind, account, label, role, lastsMs, action }: {
      readonly kind: Credential["kind"];
      readonly account: Account;
      readonly label: string;
      readonly role: Role;
      readonly lastsMs: number;
      readonly action: string;
    },
  ): Promise<string> {
    const secret = newSecret(kind);
    const now = this.#now();
    const at = now.toISOString();
    const expires_at = new Date(now.getTime() + lastsMs).toISOString();
    const credential = {
      hash: secretHash(secret),
      id: newId({ now: this.#now }),
      kind,
      account_id: account.id,
      label: label.slice(0, 100),
      role,
      created_at: at,
      expires_at,
    };
    await this.#store.transact(async (tx) => {
      await tx.dropExpiredCredentials(at);
      await tx.saveCredential(credential);
      const details = { label: credential.label, role, expires_at };
      await audit(tx, { at, by: account.name, action, target: account.name, details });
    });
    return secret;
  }

  /** Saves what `make` returns, and the deed beside it. */
  async #change(by: Identity, action: string, make: (tx: Transaction) => Promise<Account>): Promise<Account> {
    return await this.#store.transact(async (tx) => {
      const account = await make(tx);
      await tx.saveAccount(account);
      const { role, phone, subject, disabled_at } = account;
      const details = {
        role,
        phone,
        subject,
        disabled_at,
        password: account.password_hash === undefined ? "none" : "set",
      };
      await audit(tx, { at: this.#now().toISOString(), by: by.name, action, target: account.name, details });
      this.#exist = true;
      return account;
    });
  }
}

async function passwordFields(password: string | undefined, name: string): Promise<{ password_hash?: string }> {
  if (password === undefined) return {};
  const problem = passwordProblem(password, name);
  if (problem !== undefined) throw new AccountProblem("invalid_input", `password: ${problem}`);
  return { password_hash: await hashPassword(password) };
}

function optionalField<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
  return value === undefined ? {} : { [name]: value } as Record<K, T>;
}

async function found(tx: Transaction, name: string): Promise<Account> {
  const account = await tx.account({ name });
  if (account === undefined) throw new AccountProblem("not_found", `There is no account ${name}.`);
  return account;
}

async function refuseTaken(
  tx: Transaction,
  { phone, except }: { readonly phone: string | undefined; readonly except?: string },
): Promise<void> {
  const other = phone === undefined ? undefined : await tx.account({ phone });
  if (other !== undefined && other.id !== except) {
    throw new AccountProblem("taken", `phone: ${other.name} has this number`);
  }
}

async function refuseLastAdministrator(tx: Transaction, account: Account): Promise<void> {
  const others = (await tx.accounts()).filter((one) =>
    one.id !== account.id && one.role === "administer" && one.disabled_at === undefined
  );
  if (others.length > 0) return;
  throw new AccountProblem(
    "forbidden",
    `${account.name} is the last who may administer: give that role to another first.`,
  );
}

async function endAll(tx: Transaction, account: Account, except: string | undefined): Promise<void> {
  for (const { hash } of await tx.credentials(account.id)) {
    if (hash !== except || account.disabled_at !== undefined) await tx.dropCredential(hash);
  }
}
