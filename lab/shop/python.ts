let found: boolean | undefined;

/** Whether payments can be run with Python; where it is missing, a program for Deno with the same conventions stands in. */
export function hasPython(): boolean {
  try {
    found ??= new Deno.Command("python3", { args: ["--version"], stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    found = false;
  }
  return found && Deno.env.get("LAB_WITHOUT_PYTHON") === undefined;
}

/** A path in the shop's code as it is on this machine. */
export function pathHere(path: string, python = hasPython()): string {
  return python ? path : path.replace(/\.py$/, ".ts");
}
