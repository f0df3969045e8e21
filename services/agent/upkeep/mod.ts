/** What the agent does so that it can go on, and says when it cannot. */
export { type BackupDeps, startBackups } from "./backups.ts";
export {
  type Person,
  startStoreWatch,
  type StoreWatch,
  type StoreWatchDeps,
  unwritableText,
  WRITABLE_TEXT,
} from "./store_watch.ts";
