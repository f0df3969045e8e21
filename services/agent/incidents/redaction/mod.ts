/** What takes secrets out of text. */
export { protectSecrets } from "./own.ts";
export { PERSONAL, type Personal } from "./personal.ts";
export {
  redact,
  redactDeep,
  REDACTED,
  type RedactionState,
  redactionState,
  redactPersonal,
  takeRedaction,
} from "./redact.ts";
