import { dirname, join } from "node:path";
import { ROOT } from "../build/mod.ts";

/** One file of the checkout imports another; both as paths in the checkout. */
export interface Import {
  readonly from: string;
  readonly to: string;
}

const FOLDERS = ["bench", "lab", "services", "tasks", "tests"];
const CODE = /\.tsx?$/;

interface Target {
  readonly specifier?: string;
}

interface Info {
  readonly modules: readonly {
    readonly specifier: string;
    readonly dependencies?: readonly { readonly code?: Target; readonly type?: Target }[];
  }[];
}

/** Every source file of the checkout, as sorted paths in it. */
export async function sourceFiles(): Promise<string[]> {
  const files = ["mod.ts"];
  for (const folder of FOLDERS) await collect(folder, files);
  return files.sort();
}

/** Every import between source files, as Deno itself resolves them; types and dynamic imports are included. */
export async function importsOf(files: readonly string[]): Promise<Import[]> {
  const base = `file://${ROOT}/`;
  const folder = await Deno.makeTempDir();
  try {
    const entry = join(folder, "all.ts");
    await Deno.writeTextFile(entry, files.map((file) => `import ${JSON.stringify(base + file)};\n`).join(""));
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["info", "--json", "--config", join(ROOT, "deno.json"), entry],
      cwd: ROOT,
      env: { NO_COLOR: "1" },
    }).output();
    if (!success) throw new Error(`Cannot read the imports: ${new TextDecoder().decode(stderr).trim()}`);
    return edges(JSON.parse(new TextDecoder().decode(stdout)), base);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** The folder that holds a file, and every folder around it, outermost first. */
export function foldersOf(file: string): string[] {
  const folders: string[] = [];
  for (let folder = dirname(file); folder !== "."; folder = dirname(folder)) folders.unshift(folder);
  return folders;
}

/** Whether a file is a test or helps tests only. */
export function isTestCode(file: string): boolean {
  return /_test\.tsx?$/.test(file) || inTesting(file) || file.startsWith("tests/");
}

/** Whether a file helps tests: it stands in a `testing/` folder, or is a table of cases beside the code. */
export function inTesting(file: string): boolean {
  return /(^|\/|_)cases\.ts$/.test(file) ||
    foldersOf(file).some((folder) => folder === "testing" || folder.endsWith("/testing"));
}

async function collect(folder: string, files: string[]): Promise<void> {
  for await (const entry of Deno.readDir(join(ROOT, folder))) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) await collect(path, files);
    else if (CODE.test(entry.name)) files.push(path);
  }
}

function edges(info: Info, base: string): Import[] {
  const seen = new Map<string, Import>();
  for (const { specifier, dependencies } of info.modules) {
    if (!specifier.startsWith(base)) continue;
    const from = specifier.slice(base.length);
    for (const target of (dependencies ?? []).flatMap(({ code, type }) => [code?.specifier, type?.specifier])) {
      if (!target?.startsWith(base) || !CODE.test(target)) continue;
      const to = target.slice(base.length);
      seen.set(`${from} ${to}`, { from, to });
    }
  }
  return [...seen.values()];
}
