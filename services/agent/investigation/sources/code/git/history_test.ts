import assert from "node:assert/strict";
import { checkoutCode } from "../checkout.ts";
import { fileHistory } from "./history.ts";

const signal = new AbortController().signal;
const most = 5;

/** Whether git, which makes the repositories of these tests, can be started; the product never does. */
const git = await new Deno.Command("git", { args: ["--version"], stdout: "null", stderr: "null" }).output()
  .then(({ success }) => success, () => false);
if (!git) console.log("git is not on PATH: the tests of a checkout's history are left out");

interface Repository extends AsyncDisposable {
  readonly root: string;
  git(...args: string[]): Promise<string>;
  /** Writes files and commits them; each commit is a minute later than the one before. */
  commit(title: string, files: Record<string, string>): Promise<string>;
}

async function repository(): Promise<Repository> {
  const root = await Deno.makeTempDir();
  let minute = 0;
  const run = async (...args: string[]) => {
    const date = new Date(Date.UTC(2026, 10, 1, 12, minute)).toISOString();
    const { success, stdout, stderr } = await new Deno.Command("git", {
      args: ["-C", root, ...args],
      env: {
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "ada@example.test",
        GIT_COMMITTER_NAME: "Bob",
        GIT_COMMITTER_EMAIL: "bob@example.test",
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
      },
    }).output();
    if (!success) throw new Error(new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout).trim();
  };
  await run("init", "--quiet", "--initial-branch=main");
  return {
    root,
    git: run,
    commit: async (title, files) => {
      minute++;
      for (const [path, text] of Object.entries(files)) {
        await Deno.mkdir(`${root}/${path}`.replace(/\/[^/]*$/, ""), { recursive: true });
        await Deno.writeTextFile(`${root}/${path}`, text);
      }
      await run("add", "--all");
      await run("commit", "--quiet", "--allow-empty", "--message", title);
      return await run("rev-parse", "HEAD");
    },
    [Symbol.asyncDispose]: () => Deno.remove(root, { recursive: true }),
  };
}

const lines = (count: number, changed: number) =>
  Array.from({ length: count }, (_, i) => `const line${i} = ${i === changed ? "'changed'" : i};`).join("\n");

function withGit(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: !git, fn });
}

withGit("fileHistory() names the commits that touched a file, newest first, without an e-mail address", async () => {
  await using repo = await repository();
  const first = await repo.commit("Add the price", { "src/price.ts": "1", "README": "a" });
  await repo.commit("Another file", { "README": "b" });
  const second = await repo.commit("Price by tier\n\nA body.", { "src/price.ts": "2" });
  await repo.commit("Nothing", {});
  const { commits, note } = await fileHistory(repo.root, "src/price.ts", { signal, most });
  assert.equal(note, null);
  assert.deepEqual(commits, [
    { sha: second.slice(0, 10), at: "2026-11-01T12:03:00.000Z", author: "Ada", title: "Price by tier" },
    { sha: first.slice(0, 10), at: "2026-11-01T12:01:00.000Z", author: "Ada", title: "Add the price" },
  ]);
  assert.deepEqual((await fileHistory(repo.root, "src/price.ts", { signal, most: 1 })).commits, commits.slice(0, 1));
  assert.doesNotMatch(JSON.stringify(commits), /@/);
});

withGit("fileHistory() agrees with git log through packs, deltas, packed refs and merges", async () => {
  await using repo = await repository();
  // Large and alike, so that git stores trees and blobs as deltas.
  const many = Object.fromEntries(Array.from({ length: 120 }, (_, i) => [`lib/file_${i}.ts`, lines(40, i)]));
  await repo.commit("Start", { ...many, "lib/price.ts": lines(200, -1) });
  for (let i = 0; i < 30; i++) {
    await repo.commit(
      `Change ${i}`,
      i % 6 === 0 ? { "lib/price.ts": lines(200, i) } : { [`lib/file_${i}.ts`]: `${i}` },
    );
  }
  await repo.git("checkout", "--quiet", "-b", "side");
  await repo.commit("On the side", { "lib/price.ts": lines(200, 150) });
  await repo.git("checkout", "--quiet", "main");
  await repo.commit("On main", { "lib/file_1.ts": "main" });
  await repo.git("merge", "--quiet", "--no-ff", "--no-edit", "side");
  await repo.git("gc", "--quiet", "--aggressive", "--prune=now");
  assert.match(await Deno.readTextFile(`${repo.root}/.git/packed-refs`), /refs\/heads\/main/);
  const packed = await repo.git("verify-pack", "-v", ...await indexes(repo.root));
  assert.match(packed, /chain length = \d/);
  await repo.commit("Loose again", { "lib/price.ts": lines(200, 199) });
  for (const path of ["lib/price.ts", "lib/file_1.ts", "lib/file_7.ts", "lib/file_119.ts"]) {
    const { commits, note } = await fileHistory(repo.root, path, { signal, most: 100 });
    const wanted = await repo.git("log", "--format=%H", "--", path);
    assert.deepEqual(commits.map(({ sha }) => sha), wanted.split("\n").map((id) => id.slice(0, 10)), path);
    assert.equal(note, null);
  }
  await repo.git("-c", "pack.indexVersion=2", "repack", "-adq", "--no-write-bitmap-index", "--depth=0");
  assert.equal((await fileHistory(repo.root, "lib/price.ts", { signal, most })).commits.length, most);
  await repo.git("checkout", "--quiet", "--detach", "HEAD~1");
  assert.notEqual((await fileHistory(repo.root, "lib/price.ts", { signal, most })).commits[0]!.title, "Loose again");
});

async function indexes(root: string): Promise<string[]> {
  const folder = `${root}/.git/objects/pack`;
  return (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) => name.endsWith(".idx"))
    .map(({ name }) => `${folder}/${name}`);
}

withGit("fileHistory() says where it stopped: its bounds, a shallow clone, a file that is not committed", async () => {
  await using repo = await repository();
  await repo.commit("Add", { "a.ts": "1", "b.ts": "1" });
  for (let i = 0; i < 6; i++) await repo.commit(`b ${i}`, { "b.ts": `${i + 2}` });
  const bounded = await fileHistory(repo.root, "a.ts", { signal, most, maxCommits: 3 });
  assert.deepEqual(bounded, { commits: [], note: "only the newest 3 commits were looked through for a.ts" });
  const late = await fileHistory(repo.root, "a.ts", { signal, most, maxMs: -1 });
  assert.match(late.note!, /^only the newest 0 commits/);
  const unknown = await fileHistory(repo.root, "c.ts", { signal, most });
  assert.match(unknown.note!, /^the commit that is checked out, [0-9a-f]{10}, has no c\.ts$/);
  await repo.git("clone", "--quiet", "--depth=2", `file://${repo.root}`, `${repo.root}/shallow`);
  const shallow = await fileHistory(`${repo.root}/shallow`, "a.ts", { signal, most });
  assert.deepEqual(shallow.commits, []);
  assert.match(shallow.note!, /shallow clone: what touched a\.ts before/);
  const touched = await fileHistory(`${repo.root}/shallow`, "b.ts", { signal, most });
  assert.deepEqual(touched.commits.map(({ title }) => title), ["b 5"]);
  await assert.rejects(fileHistory(repo.root, "a.ts", { signal: AbortSignal.abort(), most }), { name: "AbortError" });
});

withGit("checkoutCode() says why there is no history", async () => {
  await using repo = await repository();
  const reason = (root: string) => checkoutCode(root).commits("a.ts", signal).then(() => "", (e: Error) => e.message);
  assert.match(await reason(repo.root), /its branch main has no commit yet/);
  await repo.commit("Add", { "a.ts": "1" });
  await repo.git("worktree", "add", "--quiet", "--detach", `${repo.root}/linked`);
  assert.match(await reason(`${repo.root}/linked`), /its \.git is a file: a linked worktree or submodule/);
  await Deno.mkdir(`${repo.root}/plain`);
  assert.match(await reason(`${repo.root}/plain`), /it has no \.git folder/);
  await Deno.symlink(`${repo.root}/.git`, `${repo.root}/plain/.git`);
  assert.match(await reason(`${repo.root}/plain`), /symbolic link/);
  const head = await repo.git("rev-parse", "HEAD");
  const object = `${repo.root}/.git/objects/${head.slice(0, 2)}/${head.slice(2)}`;
  await Deno.chmod(object, 0o644);
  await Deno.writeTextFile(object, "not an object");
  assert.match(await reason(repo.root), /damaged/);
  await Deno.remove(object);
  assert.match(await reason(repo.root), /the commit that is checked out is missing/);
  await Deno.writeTextFile(`${repo.root}/.git/HEAD`, "ref: refs/../../secret\n");
  assert.match(await reason(repo.root), /its HEAD names no branch or commit/);
  await Deno.writeTextFile(`${repo.root}/.git/HEAD`, `${"ab".repeat(32)}\n`);
  assert.match(await reason(repo.root), /SHA-256/);
});
