import { readChanges } from "../../../connections/mod.ts";
import type { Changes } from "./events.ts";

/** What was told to `POST /changes` of a service. */
export function toldChanges(file: string, service: string): Changes {
  return () =>
    Promise.resolve(
      readChanges(file).filter((one) => one.service === service || one.service === "*").map(({ at, kind, text }) => ({
        at,
        kind,
        text,
      })),
    );
}
