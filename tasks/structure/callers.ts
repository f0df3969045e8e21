import { join } from "node:path";
import { ROOT } from "../build/mod.ts";
import { inTesting, isTestCode } from "./imports.ts";

/** A method with the only file that may call it, and why. */
interface Reserved {
  readonly method: string;
  readonly caller: string;
  /** Folders that implement or test it. */
  readonly implementedIn: readonly string[];
}

const RESERVED: readonly Reserved[] = [
  // Every row of the outbox gets its key, and its secrets taken out, in one place.
  {
    method: "enqueueOutbox",
    caller: "services/agent/incidents/outbox/write.ts",
    implementedIn: ["services/agent/incidents/conformance/", "services/agent/incidents/sqlite/"],
  },
];

/** A call of a reserved method, as `file:line calls method, which only caller may`. */
export async function reservedCalls(files: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of files) {
    if (isTestCode(file) || inTesting(file)) continue;
    found.push(...callsIn(file, await Deno.readTextFile(join(ROOT, file))));
  }
  return found;
}

/** The same in one file's text. */
export function callsIn(file: string, text: string): string[] {
  const reserved = RESERVED.filter(({ caller, implementedIn }) =>
    file !== caller && !implementedIn.some((folder) => file.startsWith(folder))
  );
  return text.split("\n").flatMap((line, at) =>
    reserved.filter(({ method }) => new RegExp(`[.?]\\s*${method}\\b|\\{[^}]*\\b${method}\\b[^}]*\\} = `).test(line))
      .map(({ method, caller }) => `${file}:${at + 1} calls ${method}, which only ${caller} may`)
  );
}
