/**
 * `deno task patterns`: the regular expressions in `services/` that some text can make slow, with file, line and the text.
 * What stays has its reason in `tasks/patterns/exceptions.ts`.
 */
import { collect, slowPatterns } from "./patterns/mod.ts";

const found = await collect();
const slow = slowPatterns(found);
for (const line of slow) console.log(line);
console.log(`${found.patterns.length} regular expressions, ${slow.length} to look at`);
Deno.exit(slow.length === 0 ? 0 : 1);
