/** The inventory service: items in a shared store, and the faults that an incident is practised with. */
export { type InventoryOptions, serviceName, start } from "./inventory.ts";
export { type LogEntry, tailLog, type TailOptions } from "./log_tail.ts";
export { FAULT_MODES, type FaultMode, faultSchema } from "./faults.ts";
export { itemSchema } from "./items.ts";
export { countProductCodes } from "./product_code.ts";
export { tailSchema } from "./app.ts";
