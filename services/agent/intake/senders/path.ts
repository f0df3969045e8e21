import { isDeep } from "../../../lib/http/mod.ts";
import { isObject } from "./text.ts";

const DEEPEST = 12;

/**
 * The value at a path such as `event.data.title`, `alerts.0.name` or `alerts[0].name`; a key that has a dot of its own
 * is found too, and so is a field inside JSON that stands in a text. Undefined when there is none.
 */
export function valueAt(input: unknown, path: string): unknown {
  return walk(input, path.replaceAll(/\[(\d{1,4})\]/g, ".$1").split(".").slice(0, DEEPEST));
}

function walk(value: unknown, steps: readonly string[]): unknown {
  if (steps.length === 0) return value;
  if (typeof value === "string") return walkText(value, steps);
  if (Array.isArray(value)) return walk(value[Number(steps[0])], steps.slice(1));
  if (!isObject(value)) return undefined;
  for (let length = 1; length <= steps.length; length++) {
    const key = steps.slice(0, length).join(".");
    if (!Object.hasOwn(value, key)) continue;
    const found = walk(value[key], steps.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function walkText(text: string, steps: readonly string[]): unknown {
  if (!/^\s*[[{]/.test(text) || isDeep(text)) return undefined;
  try {
    return walk(JSON.parse(text), steps);
  } catch {
    return undefined;
  }
}
