/** A SQLite file as a thing that is held, copied, put back and read although it is damaged. */
export { backUp, backupName, type Copied, putBack, removeOld } from "./backup.ts";
export { FileHold, ownerOnly, ownersFolder } from "./hold.ts";
export { backupSettings } from "./settings.ts";
export { salvage, type Salvaged } from "./salvage.ts";
