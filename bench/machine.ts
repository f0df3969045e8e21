import { cpus, release } from "node:os";
import { AUTOCANNON } from "./autocannon.ts";

/** On what, and with which versions, something was measured. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly kernel: string;
  readonly deno: string;
  readonly node: string | null;
  readonly haproxy: string | null;
  readonly nginx: string | null;
  readonly wrk: string | null;
  readonly autocannon: string;
}

/** This machine; null is what is not there. */
export async function machine(): Promise<Machine> {
  const [node, haproxy, nginx, wrk] = await Promise.all([
    version("node", "--version"),
    version("haproxy", "-v"),
    version("nginx", "-v"),
    version("wrk", "-v"),
  ]);
  const all = cpus();
  return {
    cpu: all[0]?.model.trim() ?? "unknown",
    cores: all.length,
    kernel: release(),
    deno: Deno.version.deno,
    node,
    haproxy,
    nginx,
    wrk,
    autocannon: AUTOCANNON.split("@")[1]!,
  };
}

/** The version that a program states, on whatever stream. */
async function version(program: string, flag: string): Promise<string | null> {
  try {
    const { stdout, stderr } = await new Deno.Command(program, { args: [flag] }).output();
    const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("\n");
    return /\d+\.\d+(\.\d+)?/.exec(text)?.[0] ?? null;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
}
