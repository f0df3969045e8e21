import { hasPython } from "./python.ts";

/** Which program each part that a machine may lack is run with. */
export async function programsOf(): Promise<Record<string, string>> {
  const version = async (program: string) => {
    try {
      const { stdout, stderr } = await new Deno.Command(program, { args: ["--version"] }).output();
      const decoder = new TextDecoder();
      return `${decoder.decode(stdout)}${decoder.decode(stderr)}`.trim().split("\n")[0]!;
    } catch {
      return "missing";
    }
  };
  return {
    gateway: `Node ${await version("node")}`,
    payments: hasPython() ? await version("python3") : `Deno ${Deno.version.deno}, for want of Python`,
    git: await version("git"),
  };
}
