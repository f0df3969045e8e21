/** `deno task build [role…]`: the executables into `bin/`. */
import { build, reasonOf, type RoleName, roleNames } from "./build/mod.ts";

const names = Deno.args as RoleName[];
const unknown = names.find((name) => !roleNames.includes(name));
if (unknown !== undefined) {
  console.error(`build: no role ${JSON.stringify(unknown)}, expected ${roleNames.join(", ")}`);
  Deno.exit(2);
}
try {
  await build(names.length > 0 ? names : roleNames, (line) => console.log(line));
} catch (error) {
  console.error(`build: ${reasonOf(error)}`);
  Deno.exit(1);
}
