import type { Role } from "../incidents/mod.ts";
import type { Intent } from "./parser/mod.ts";

/** The least role that may say this: who answers says who has it, who acts changes something. */
export function neededRole(intent: Intent): Role {
  switch (intent.do) {
    case "status":
    case "why":
    case "logs":
    case "similar":
    case "help":
    case "who":
    case "ack":
    case "comment":
    case "cancel":
      return "answer";
    default:
      return "act";
  }
}
