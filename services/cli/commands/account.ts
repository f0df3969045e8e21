import * as v from "valibot";
import { CliError, EXIT } from "../exit.ts";
import type { Context, Frame } from "../frame.ts";

const accountShape = v.looseObject({
  name: v.string(),
  role: v.string(),
  sign_in: v.array(v.string()),
  phone: v.nullable(v.string()),
  disabled_at: v.nullable(v.string()),
});
const accounts = v.looseObject({ accounts: v.array(accountShape) });

interface Flags {
  readonly add?: boolean;
  readonly role?: string;
  readonly phone?: string;
  readonly password?: boolean;
  readonly disable?: boolean;
  readonly enable?: boolean;
}

/** `oncall account`: people with names, and what they may do. */
export function account({ program, action }: Frame): void {
  program.command("account")
    .summary("people with names: list, add, change")
    .description("people with names, and what they may do; without a name, who there is. It takes the role administer.")
    .argument("[name]", "the person's name")
    .option("--add", "add somebody of this name")
    .option("--role <role>", "see, answer, act or administer")
    .option("--phone <number>", "WhatsApp number, as +491701234567")
    .option("--password", "read a password from standard input; without one, OIDC_ISSUER signs the person in")
    .option("--disable", "let the account open nothing any more")
    .option("--enable", "let it open again")
    .action(action(async (context, name: string | undefined, flags: Flags) => {
      if (name === undefined) return await list(context);
      if (flags.disable === true && flags.enable === true) throw new CliError(EXIT.usage, "give --disable or --enable");
      if (flags.add === true && flags.role === undefined) throw new CliError(EXIT.usage, "--add: give a --role, too");
      const disabled = flags.disable === true ? true : flags.enable === true ? false : undefined;
      const fields = { role: flags.role, phone: flags.phone, disabled, ...await passwordOf(flags, context) };
      const { api, agent } = context;
      if (flags.add === true) {
        const body = { name, ...fields };
        return say(
          context,
          await api.call(agent, { path: "/api/accounts", method: "POST", body, schema: accountShape }),
        );
      }
      if (Object.values(fields).every((value) => value === undefined)) {
        throw new CliError(EXIT.usage, "nothing to change: give --role, --phone, --password, --disable or --enable");
      }
      const path = `/api/accounts/${encodeURIComponent(name)}`;
      return say(context, await api.call(agent, { path, method: "PATCH", body: fields, schema: accountShape }));
    }));
}

async function list(context: Context): Promise<number> {
  const { api, agent, deps: { write }, json } = context;
  const found = await api.call(agent, { path: "/api/accounts", schema: accounts });
  if (json) {
    write(JSON.stringify(found) + "\n");
    return EXIT.ok;
  }
  if (found.accounts.length === 0) write("Nobody has an account yet: oncall account <name> --add --role act\n");
  for (const one of found.accounts) say(context, one);
  return EXIT.ok;
}

async function passwordOf(flags: Flags, { deps }: Context): Promise<{ password?: string }> {
  if (flags.password !== true) return {};
  const password = (await deps.readText("-")).replace(/\r?\n$/, "");
  if (password !== "") return { password };
  throw new CliError(EXIT.usage, "no password came from standard input: pipe one into the command");
}

function say({ deps: { write }, json }: Context, one: v.InferOutput<typeof accountShape>): number {
  const ways = one.sign_in.length === 0 ? "cannot sign in" : `signs in by ${one.sign_in.join(" and ")}`;
  const parts = [one.name, one.role, ways, one.phone, one.disabled_at === null ? null : "disabled"];
  write(json ? JSON.stringify(one) + "\n" : parts.filter((part) => part !== null).join("  ") + "\n");
  return EXIT.ok;
}
