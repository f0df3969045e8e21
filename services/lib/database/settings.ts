import { integer } from "../configuration/mod.ts";

/** Which backups stay. */
export const backupSettings = {
  backupKeep: integer({ env: "BACKUP_KEEP", help: "how many backups in <run directory>/backups stay" }, 14, 1, 10_000),
  backupDays: integer(
    { env: "BACKUP_DAYS", help: "days for which backups there stay; the newest stays always" },
    30,
    1,
    36_500,
  ),
};
