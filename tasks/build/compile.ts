import { basename, join } from "node:path";
import { denoSaid } from "./deno_said.ts";
import { ROOT } from "./paths.ts";

/** What `deno compile` is to make. */
export interface Compilation {
  /** The main module. */
  readonly entry: string;
  /** The executable; its name is part of every stack trace. */
  readonly output: string;
  /** Permission flags. */
  readonly flags: readonly string[];
  readonly config: string;
  readonly lock: string;
  /** Files to carry beside the modules. */
  readonly include: readonly string[];
  /** Variables under which the compiler finds its runtime. */
  readonly runtime: Readonly<Record<string, string>>;
}

/**
 * Compiles one executable; paths may be relative to the checkout. Types are not checked: `deno task ok` does that.
 *
 * @throws with the compiler's own words.
 */
export async function compileProgram(compilation: Compilation): Promise<void> {
  const { entry, output, flags, config, lock, include, runtime } = compilation;
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["compile", "--quiet", "--no-check", "--config", config, "--lock", lock, ...flags],
      ...include.flatMap((path) => ["--include", join(ROOT, path)]),
      ...["--output", output, join(ROOT, entry)],
    ],
    cwd: ROOT,
    env: {
      NO_COLOR: "1",
      DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system",
      // Deno 2.7.11 overflows its default stack on larger module trees.
      RUST_MIN_STACK: "33554432",
      ...runtime,
    },
  }).output();
  if (success) return;
  const said = denoSaid(stderr);
  // A proxy may answer the question whether the runtime is there, and then not hand it out.
  const hint = said.includes("dl.deno.land") ? ` (or set DENORT_BIN to the unpacked file of that address)` : "";
  throw new Error(`Cannot build ${basename(output)}: ${said}${hint}`);
}
