import assert from "node:assert/strict";
import { join } from "node:path";
import {
  compileProgram,
  executablePath,
  flagsOf,
  type RoleName,
  roleNames,
  roles,
  runtimeEnvironment,
} from "../tasks/build/mod.ts";
import { ensureBuilt, tempFolder } from "./testing/mod.ts";

/** The permissions that an executable carries, as `deno compile` wrote them behind its runtime. */
async function permissionsOf(path: string): Promise<string> {
  const bytes = await Deno.readFile(path);
  const appended = Number(new DataView(bytes.buffer, bytes.byteLength - 8).getBigUint64(0, true));
  const text = new TextDecoder("latin1").decode(bytes.subarray(bytes.byteLength - appended));
  const found = /"permissions":(\{[^}]*\})/.exec(text)?.[1];
  assert.ok(found, `no permissions found in ${path}`);
  return found;
}

/** Tries something in an empty folder with a role's permissions; `allowed`, `refused` or `failed: …`. */
type Try = (attempt: string, target: string) => Promise<string>;

/** `hosts`: as it is built with a fixed list of hosts, which is no executable of the usual build. */
async function withRole(
  name: RoleName,
  body: (attempt: Try, folder: string) => Promise<void>,
  { hosts }: { readonly hosts?: string } = {},
): Promise<void> {
  await ensureBuilt(name);
  await using folder = await tempFolder();
  const probe = join(folder.path, "probe");
  await Deno.writeTextFile(join(folder.path, "deno.json"), "{}");
  await compileProgram({
    entry: "tests/testing/probe.ts",
    output: probe,
    flags: await flagsWith(name, hosts),
    config: join(folder.path, "deno.json"),
    lock: join(folder.path, "deno.lock"),
    include: [],
    runtime: await runtimeEnvironment(() => {}),
  });
  // What the probe may do is what the executable may do.
  if (hosts === undefined) assert.equal(await permissionsOf(probe), await permissionsOf(executablePath(name)));
  const empty = join(folder.path, "empty");
  await Deno.mkdir(empty);
  await body(async (attempt, target) => {
    const { stdout } = await new Deno.Command(probe, { args: [attempt, target], cwd: empty }).output();
    return new TextDecoder().decode(stdout).trim();
  }, empty);
}

async function flagsWith(name: RoleName, hosts: string | undefined): Promise<string[]> {
  if (hosts === undefined) return await flagsOf(name);
  Deno.env.set("ONCALL_ALLOW_NET", hosts);
  try {
    return await flagsOf(name);
  } finally {
    Deno.env.delete("ONCALL_ALLOW_NET");
  }
}

for (const name of roleNames) {
  const { executable, writes, read = [], denyRead = [], run = [], guarded = false } = roles[name];
  // What a role that guards itself reaches and reads is tested beside its guard.
  const build = guarded ? { hosts: "prometheus.example" } : {};
  Deno.test(`${executable} is refused what it does not need when started in an empty folder`, async () => {
    await withRole(name, async (attempt, folder) => {
      const expectEach = async (kind: string, targets: readonly string[], expected: (target: string) => RegExp) => {
        const found = await Promise.all(targets.map((target) => attempt(kind, target)));
        for (const [i, target] of targets.entries()) assert.match(found[i]!, expected(target), `${kind} ${target}`);
      };
      const refused = () => /^refused$/;
      await expectEach("connect", ["foreign.example:443", "192.0.2.1:80"], refused);
      const paths = ["/etc/passwd", "/proc/self/environ", "..", join(folder, "..", "deno.json")];
      // Only the command line may read files that a person names; the system's own no program may.
      const readable = (path: string) => read.includes("/") && !denyRead.some((denied) => path.startsWith(denied));
      await expectEach("read", paths, (path) => readable(path) ? /^(allowed|failed: Is a directory.*)$/ : refused());
      await expectEach("write", ["/tmp/oncall-probe", "../x", "x", "services/x", ".env"], refused);
      await expectEach("run", ["sh", "/bin/ls", "./oncall-inventory"], refused);
      await expectEach("sys", [""], refused);
      await expectEach("ffi", ["/lib/x86_64-linux-gnu/libc.so.6"], refused);
      await expectEach("env", ["HOME"], () => /^failed: no such variable is seen$/);
      for (const own of ["run", "logs"]) {
        await Deno.mkdir(join(folder, own));
        const expected = writes ? "allowed" : "refused";
        assert.equal(await attempt("write", `${own}/x`), expected);
        // There to be read whoever may write it.
        await Deno.writeTextFile(join(folder, own, "x"), "");
        assert.equal(await attempt("read", `${own}/x`), writes || read.length > 0 ? "allowed" : "refused");
      }
      if (run.includes("oncall-inventory")) {
        assert.match(await attempt("run", "oncall-inventory"), /^(allowed|failed: .*)$/);
      }
    }, build);
  });

  if (guarded) {
    Deno.test(`${executable} writes nowhere and starts nothing else, whatever its guard permits`, () =>
      withRole(name, async (attempt) => {
        for (const path of ["/tmp/oncall-probe", "../x", "x", ".env"]) {
          assert.equal(await attempt("write", path), "refused");
        }
        for (const program of ["sh", "/bin/ls"]) assert.equal(await attempt("run", program), "refused");
        assert.equal(await attempt("ffi", "/lib/x86_64-linux-gnu/libc.so.6"), "refused");
        assert.equal(await attempt("sys", ""), "refused");
      }));
  }
}
