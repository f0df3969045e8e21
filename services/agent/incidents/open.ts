import { ConfigurationError } from "../../lib/configuration/mod.ts";
import { openOrStandBy, type SqliteOptions } from "./sqlite/mod.ts";
import type { Store } from "./store.ts";

/**
 * Opens the store that `ONCALL_STORE` names: `sqlite:<path>`, or `sqlite::memory:` for one that is gone when closed.
 *
 * @throws {ConfigurationError} when there is no such kind of store, or it cannot be opened.
 */
export function openStore(url: string, options: SqliteOptions = {}): Promise<Store> {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  if (path !== undefined) return openOrStandBy(path, options);
  const problem = /^postgres(ql)?:/.test(url)
    ? "this version has no PostgreSQL store yet; use sqlite:<path>"
    : `expected sqlite:<path>, got ${JSON.stringify(url.replace(/\/\/[^@/]*@/, "//"))}`;
  return Promise.reject(new ConfigurationError(`ONCALL_STORE: ${problem}`));
}

/** The file of a store that is in one; undefined for any other. */
export function storeFile(url: string): string | undefined {
  const path = /^sqlite:(?:\/\/)?(.+)$/.exec(url)?.[1];
  return path === ":memory:" ? undefined : path;
}
