import { ALERTED_FAULTS } from "./alerted_faults.ts";
import { ADMISSION_FAULTS } from "./admission_faults.ts";
import type { Fault } from "./fault.ts";
import { ROUTING_FAULTS } from "./routing_faults.ts";
import { RUNTIME_FAULTS } from "./runtime_faults.ts";
import { SCHEDULING_FAULTS } from "./scheduling_faults.ts";
import { SLOW_FAULTS } from "./slow_faults.ts";
import { START_FAULTS } from "./start_faults.ts";

export const FAULTS: readonly Fault[] = [
  ...ADMISSION_FAULTS,
  ...SCHEDULING_FAULTS,
  ...START_FAULTS,
  ...RUNTIME_FAULTS,
  ...ROUTING_FAULTS,
  ...SLOW_FAULTS,
  ...ALERTED_FAULTS,
];
