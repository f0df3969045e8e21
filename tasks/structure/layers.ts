import { foldersOf, type Import, inTesting, isTestCode } from "./imports.ts";
import { mayLookInside } from "./faces.ts";

const LIBRARIES = "services/lib/*";
const ROOMS = "services/agent/*";

/**
 * Who may import whom, first match first; files of one place may always import each other. `x/*` is each folder of `x` by
 * itself, and a place without a row of its own may import libraries only.
 */
const LAYERS: readonly (readonly [place: string, mayImport: readonly string[]])[] = [
  [LIBRARIES, [LIBRARIES]],
  ["services/agent/incidents", [LIBRARIES]],
  // What several rooms connect to, and the model's one client and budget.
  ["services/agent/connections", [LIBRARIES]],
  ["services/agent/model", [LIBRARIES, "services/agent/incidents"]],
  // Who somebody is and may do, for the rooms that take orders.
  ["services/agent/accounts", [LIBRARIES, "services/agent/incidents"]],
  ["services/agent/api", [LIBRARIES, ROOMS]],
  ["services/agent/console", [LIBRARIES, ROOMS, "services/traffic"]],
  ["services/agent/doctor", [LIBRARIES, ROOMS]],
  // Rooms stand side by side on incidents: what one hands to the next is a row in the store.
  [ROOMS, [LIBRARIES, ...["incidents", "connections", "model", "accounts"].map((room) => `services/agent/${room}`)]],
  ["services/agent", [LIBRARIES, ROOMS]],
  ["services/cli", [LIBRARIES, "services/traffic"]],
  ["services/*", [LIBRARIES]],
  ["mod.ts", ["services/*"]],
  ["lab", ["mod.ts", "services", "tasks/*"]],
  ["bench", ["mod.ts", "services", "tasks/*", "lab", "tests"]],
  ["tasks", ["mod.ts", "services", "lab", "bench"]],
  ["tests", ["mod.ts", "services", "tasks", "lab", "bench"]],
];

/** These look at the rooms from above, so no room imports them. */
const ABOVE_ROOMS = ["services/agent/api", "services/agent/console", "services/agent/doctor"];

/**
 * The imports that run back up or sideways between places that stand side by side. Tests may use the helpers in `tests/` and
 * in any `testing/` folder; nothing but tests, bench and lab imports test code.
 */
export function arrowsUp(imports: readonly Import[]): Import[] {
  return imports.filter(({ from, to }) => {
    if (isTestCode(to)) return !mayLookInside(from) || to.includes("_test.");
    if (from.startsWith("tests/") || (inTesting(from) && inTesting(to))) return false;
    const [place, target] = [placeOf(from), placeOf(to)];
    if (place === target) return false;
    const above = ABOVE_ROOMS.includes(target) && place.startsWith("services/agent/");
    return above || !mayImport(place).some((pattern) => covers(pattern, to));
  });
}

function placeOf(file: string): string {
  for (const [pattern] of LAYERS) {
    const place = matched(pattern, file);
    if (place !== undefined) return place;
  }
  return foldersOf(file)[0] ?? file;
}

function mayImport(place: string): readonly string[] {
  const row = LAYERS.find(([pattern]) => pattern === place || matched(pattern, `${place}/mod.ts`) === place);
  return row?.[1] ?? [LIBRARIES];
}

function covers(pattern: string, file: string): boolean {
  return matched(pattern, file) !== undefined;
}

/** The folder (or file) that a pattern means for this file, or undefined where the file does not stand in it. */
function matched(pattern: string, file: string): string | undefined {
  if (!pattern.endsWith("/*")) return file === pattern || file.startsWith(`${pattern}/`) ? pattern : undefined;
  const above = pattern.slice(0, -2);
  if (!file.startsWith(`${above}/`)) return undefined;
  return foldersOf(file).find((folder) => folder.startsWith(`${above}/`));
}
