/** What a checkout holds: files by language, and folders that bear a service's name. */
export interface Checkout {
  readonly languages: readonly (readonly [language: string, files: number])[];
  /** Folder of each service that has one. */
  readonly folders: Readonly<Record<string, string>>;
}

const LANGUAGES: Readonly<Record<string, string>> = {
  ts: "TypeScript",
  tsx: "TypeScript",
  js: "JavaScript",
  mjs: "JavaScript",
  py: "Python",
  go: "Go",
  java: "Java",
  kt: "Kotlin",
  cs: "C#",
  rb: "Ruby",
  php: "PHP",
  rs: "Rust",
  scala: "Scala",
  ex: "Elixir",
  c: "C",
  cpp: "C++",
};
const LEFT_OUT = new Set(["node_modules", "vendor", "target", "build", "dist", "bin", "obj", "__pycache__"]);
const MOST_FOLDERS = 5_000;

/** Looks through a checkout. */
export async function lookAtCheckout(root: string, services: readonly string[]): Promise<Checkout> {
  const counts = new Map<string, number>();
  const folders: Record<string, string> = {};
  const open = [""];
  for (const folder of open) {
    for await (const { name, isDirectory, isFile, isSymlink } of Deno.readDir(`${root}/${folder}`)) {
      if (isSymlink || name.startsWith(".") || LEFT_OUT.has(name)) continue;
      const language = isFile ? LANGUAGES[name.slice(name.lastIndexOf(".") + 1)] : undefined;
      if (language !== undefined) counts.set(language, (counts.get(language) ?? 0) + 1);
      if (!isDirectory || open.length > MOST_FOLDERS) continue;
      open.push(`${folder}${name}/`);
      const meant = services.find((service) => bare(service) === bare(name));
      if (meant !== undefined) folders[meant] ??= `${folder}${name}`;
    }
  }
  return { languages: [...counts].sort(([, a], [, b]) => b - a), folders };
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[-_]?(?:service|svc)$/, "").replaceAll(/[^a-z0-9]/g, "");
}
