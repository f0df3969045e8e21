import assert from "node:assert/strict";
import { checkoutCode } from "./checkout.ts";
import { githubCode } from "./github.ts";
import { KnownPlaces } from "./known_places.ts";
import { listFiles, MOST_FILES } from "./listing.ts";
import type { CodeSource } from "./source.ts";

const { signal } = new AbortController();
const everything = { include: ["**"], exclude: ["fares/hidden.py"] };
const OWN = { library: false };

function clock(): { now: () => Date; add: (ms: number) => void } {
  let at = 0;
  return { now: () => new Date(at), add: (ms) => at += ms };
}

/** A source whose files are counted each time they are listed. */
function listed(files: (signal: AbortSignal) => Promise<readonly string[]>): CodeSource & { asked: number } {
  const source = {
    name: "test",
    asked: 0,
    read: () => Promise.reject(new Error("not read")),
    commits: () => Promise.reject(new Error("not read")),
    files(signal: AbortSignal) {
      source.asked++;
      return files(signal);
    },
  };
  return source;
}

Deno.test("listFiles() lists sources and follows no link", async () => {
  const outer = await Deno.makeTempDir();
  const root = `${outer}/fares`;
  for (const folder of ["src/deep", ".git", "node_modules/pg", "vendor/x", "target", "build", "dist"]) {
    await Deno.mkdir(`${root}/${folder}`, { recursive: true });
    await Deno.writeTextFile(`${root}/${folder}/a.ts`, "");
  }
  await Deno.writeTextFile(`${outer}/secret.ts`, "");
  await Deno.mkdir(`${outer}/other`);
  await Deno.writeTextFile(`${outer}/other/b.ts`, "");
  await Deno.symlink(`${outer}/secret.ts`, `${root}/src/secret.ts`);
  await Deno.symlink(`${outer}/other`, `${root}/other`);
  await Deno.symlink(root, `${root}/src/again`);
  assert.deepEqual(await listFiles(root, signal), ["src/deep/a.ts"]);
  const code = checkoutCode(root);
  const places = await new KnownPlaces(() => new Date(0)).of("fares", { source: code, allowed: everything, signal });
  assert.deepEqual(
    ["/app/src/deep/a.ts", "/app/src/secret.ts", "../secret.ts", "/app/other/b.ts", `${outer}/secret.ts`].map((file) =>
      places!(file, OWN)
    ),
    ["src/deep/a.ts", null, null, null, null],
  );
  await Deno.remove(outer, { recursive: true });
});

Deno.test("KnownPlaces gives no file that may not be read", async () => {
  const source = listed(() => Promise.resolve(["fares/hidden.py", "fares/secrets.py", "other/hidden.py", "a/b.py"]));
  const places = await new KnownPlaces(() => new Date(0)).of("fares", { source, allowed: everything, signal });
  for (const file of ["/app/fares/hidden.py", "/app/fares/secrets.py"]) assert.equal(places!(file, OWN), null, file);
  assert.equal(places!("/app/a/b.py", OWN), "a/b.py");
});

Deno.test("KnownPlaces lists once for some minutes, also what cannot be listed", async () => {
  const { now, add } = clock();
  const known = new KnownPlaces(now);
  const [good, bad] = [listed(() => Promise.resolve(["a/b.py"])), listed(() => Promise.reject(new Error("away")))];
  for (let i = 0; i < 3; i++) {
    assert(await known.of("good", { source: good, allowed: everything, signal }));
    assert.equal(await known.of("bad", { source: bad, allowed: everything, signal }), null);
  }
  assert.deepEqual([good.asked, bad.asked], [1, 1]);
  add(6 * 60_000);
  await known.of("good", { source: good, allowed: everything, signal });
  assert.equal(good.asked, 2);
});

Deno.test("KnownPlaces asks again when the first to ask gave up", async () => {
  const known = new KnownPlaces(() => new Date(0));
  const source = listed((signal) => {
    signal.throwIfAborted();
    return Promise.resolve(["a/b.py"]);
  });
  assert.equal(await known.of("fares", { source, allowed: everything, signal: AbortSignal.abort() }), null);
  assert(await known.of("fares", { source, allowed: everything, signal }));
});

Deno.test("KnownPlaces reads the names of Go modules", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/api/cmd`, { recursive: true });
  await Deno.writeTextFile(`${root}/api/go.mod`, "// fares\nmodule example.com/acme/fares // v2\n\ngo 1.24\n");
  await Deno.writeTextFile(`${root}/api/main.go`, "package main\n");
  await Deno.writeTextFile(`${root}/api/cmd/main.go`, "package main\n");
  const source = checkoutCode(root);
  const places = await new KnownPlaces(() => new Date(0)).of("fares", { source, allowed: everything, signal });
  assert.equal(places!("example.com/acme/fares/main.go", OWN), "api/main.go");
  await Deno.remove(root, { recursive: true });
});

function github(answer: unknown) {
  const asked: string[] = [];
  const fetch_: typeof fetch = (input) => {
    asked.push(new Request(input as string).url);
    return Promise.resolve(Response.json(answer));
  };
  const options = { apiUrl: "https://api.github.test", owner: "o", repo: "r" };
  return { source: githubCode(options, { fetch: fetch_ }), asked };
}

Deno.test("githubCode() lists the files of a tree, without links and what is built", async () => {
  const file = (path: string, mode = "100644") => ({ path, mode, type: mode === "160000" ? "commit" : "blob" });
  const tree = [
    file("src/a.ts"),
    file("src/link.ts", "120000"),
    file("sub", "160000"),
    file("dist/a.js"),
    file(".env"),
    { path: "src", mode: "040000", type: "tree" },
  ];
  const { source, asked } = github({ sha: "1", tree });
  assert.deepEqual(await source.files(signal), ["src/a.ts"]);
  assert.deepEqual(asked, ["https://api.github.test/repos/o/r/git/trees/HEAD?recursive=1"]);
  await assert.rejects(github({ truncated: true, tree }).source.files(signal), /more than 50000 files/);
  const many = Array.from({ length: MOST_FILES + 1 }, (_, i) => file(`src/${i}.ts`));
  await assert.rejects(github({ tree: many }).source.files(signal), /more than 50000 files/);
  await assert.rejects(github({ message: "x" }).source.files(signal), /in another form/);
});
