/**
 * Tries what its argument says and prints `allowed`, or why not. Tests compile it with a role's own permissions, as a role
 * itself has no way to be told to misbehave.
 */
const [attempt = "", target = ""] = Deno.args;

const attempts: Readonly<Record<string, () => unknown>> = {
  connect: async () =>
    (await Deno.connect({ hostname: target.split(":")[0]!, port: Number(target.split(":")[1]) })).close(),
  read: () => Deno.readTextFileSync(target),
  write: () => Deno.writeTextFileSync(target, "x"),
  run: () => new Deno.Command(target).outputSync(),
  env: () => Deno.env.get(target) ?? Promise.reject(new Error("no such variable is seen")),
  sys: () => Deno.hostname(),
  ffi: () => Deno.dlopen(target, {}),
};

try {
  await attempts[attempt]!();
  console.log("allowed");
} catch (error) {
  console.log(error instanceof Deno.errors.NotCapable ? "refused" : `failed: ${(error as Error).message}`);
}
