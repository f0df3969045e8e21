/** `deno task env-example`: writes `.env.example` anew from the executables' settings. */
import { join } from "node:path";
import { envExample, ROOT } from "./build/mod.ts";

await Deno.writeTextFile(join(ROOT, ".env.example"), await envExample());
