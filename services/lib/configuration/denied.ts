/**
 * What to do when the executable's permissions refused something; `undefined` when `error` is of another kind. What
 * an executable may touch is decided when it is built.
 */
export function explainDenied(error: unknown): string | undefined {
  for (let e = error; e instanceof Error; e = e.cause) {
    if (!(e instanceof Deno.errors.NotCapable)) continue;
    const [, kind, what] = /Requires (\w+) access(?: to (?:"([^"]*)"|<[^>]*>))?/.exec(e.message) ?? [];
    if (kind === "net" && what) {
      const host = what.replace(/:\d+$/, "");
      return `${host} is not among the hosts that this executable was built to reach; rebuild it with ` +
        `ONCALL_ALLOW_NET=${host} (comma-separated for several) in the environment or .env: deno task build`;
    }
    if (kind === "run") {
      return `this executable was not built to run ${what ? JSON.stringify(what) : "programs"}`;
    }
    if (kind === "read" || kind === "write") {
      return `this executable may not ${kind} ${
        JSON.stringify(what)
      }: it keeps to run/, logs/ and what it needs inside ` +
        `its working directory`;
    }
    return e.message;
  }
}
