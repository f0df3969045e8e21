import { Buffer } from "node:buffer";
import { join } from "node:path";
import { reasonOf } from "../build/mod.ts";
import type { Program } from "./releases.ts";
import { run } from "./run.ts";

/** Debian's names for the programs, where they differ. */
export const debianNames: Readonly<Partial<Record<Program, string>>> = { alertmanager: "prometheus-alertmanager" };

const packages = ["prometheus", "prometheus-alertmanager"];

/** Where Debian's programs look for their web pages and templates. */
const fixedPaths: Readonly<Partial<Record<Program, string>>> = {
  prometheus: "/usr/share/prometheus/web/",
  alertmanager: "/usr/share/prometheus/alertmanager",
};

/** The descriptor through which a program that is not installed finds its files. */
const DESCRIPTOR = "/proc/self/fd/9";

/**
 * Downloads Debian's packages with the system's apt sources and keys, but lists, cache and locks of its own, and unpacks
 * them into `folder`: no root, and nothing outside the project is written. Returns what it took.
 */
export async function debianPackages(folder: string): Promise<string> {
  const state = join(folder, "apt");
  const debs = await downloadDebs(state);
  const unpacked = join(state, "unpacked");
  for (const deb of debs) await run("dpkg-deb", ["-x", join(state, deb), unpacked], state);
  await Deno.rename(join(unpacked, "usr", "share"), join(folder, "share"));
  await Deno.mkdir(join(folder, "lib"));
  for (const program of ["prometheus", "promtool", "alertmanager", "amtool"] as const) {
    const from = join(unpacked, "usr", "bin", debianNames[program] ?? program);
    const fixed = fixedPaths[program];
    if (fixed === undefined) await Deno.rename(from, join(folder, program));
    else await relocate(from, program, fixed, folder);
  }
  await Deno.remove(state, { recursive: true });
  const names = debs.map((deb) => deb.split("_").slice(0, 2).join(" ")).filter((name) => /^prometheus/.test(name));
  return `Debian's ${names.sort().join(" and ")}, unpacked into .tools`;
}

async function downloadDebs(state: string): Promise<string[]> {
  await Deno.mkdir(join(state, "lists", "partial"), { recursive: true });
  await Deno.mkdir(join(state, "cache", "archives", "partial"), { recursive: true });
  const options = [
    ...["-q", "-o", `Dir::State=${state}`, "-o", `Dir::State::lists=${join(state, "lists")}`],
    ...["-o", `Dir::Cache=${join(state, "cache")}`, "-o", "Acquire::Languages=none"],
    ...["-o", "Acquire::http::Timeout=20", "-o", "Acquire::https::Timeout=20"],
  ];
  // One unreachable source among several makes apt-get fail although the packages are there.
  const update = await run("apt-get", [...options, "-o", "APT::Update::Error-Mode=any", "update"], state).then(
    () => undefined,
    reasonOf,
  );
  try {
    await run("apt-get", [...options, "download", ...packages], state);
  } catch (error) {
    throw new Error(`${reasonOf(error)}${update === undefined ? "" : ` (${update})`}`, { cause: error });
  }
  const [prometheus = ""] = await debsIn(state, "prometheus_");
  const needed = await run("dpkg-deb", ["-f", prometheus, "Depends"], state);
  const scripts = needed.split(",").map((part) => part.trim().split(" ")[0]!).filter((name) =>
    /^(libjs|fonts)-/.test(name)
  );
  // Scripts of Prometheus' own pages: everything but those pages works without them.
  await run("apt-get", [...options, "download", ...scripts, "libjs-d3"], state).catch(() => {});
  return await debsIn(state, "");
}

async function debsIn(folder: string, prefix: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    if (name.startsWith(prefix) && name.endsWith(".deb")) names.push(name);
  }
  return names;
}

/**
 * Puts a program where it finds its files without being installed: the fixed path in it gives way to one of the same
 * length that leads through a descriptor, which the script beside it opens.
 */
async function relocate(from: string, program: Program, fixed: string, folder: string): Promise<void> {
  const bytes = Buffer.from(await Deno.readFile(from));

  const filler = "/.".repeat(fixed.length).slice(0, fixed.length - DESCRIPTOR.length - 1);
  const replacement = new TextEncoder().encode(`${DESCRIPTOR}${filler}/`);
  for (let at = bytes.indexOf(fixed); at >= 0; at = bytes.indexOf(fixed, at + 1)) bytes.set(replacement, at);
  await Deno.writeFile(join(folder, "lib", program), bytes, { mode: 0o755 });
  const script = `#!/bin/sh
exec 9<"\${0%/*}/share/${fixed.slice("/usr/share/".length)}"
exec "\${0%/*}/lib/${program}" "$@"
`;
  await Deno.writeTextFile(join(folder, program), script, { mode: 0o755 });
}
