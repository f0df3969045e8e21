import assert from "node:assert/strict";
import { fileLogs } from "./file.ts";
import { Growth } from "./growth.ts";

const NOW = new Date("2026-11-22T15:00:00Z");
const signal = new AbortController().signal;

/** A folder with files of these contents, as if written at `written`. */
async function withFiles(
  files: Readonly<Record<string, string | Uint8Array>>,
  body: (folder: string) => Promise<void>,
  written: Date = NOW,
): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    for (const [name, content] of Object.entries(files)) {
      if (typeof content === "string") await Deno.writeTextFile(`${folder}/${name}`, content);
      else await Deno.writeFile(`${folder}/${name}`, content);
      await Deno.utime(`${folder}/${name}`, written, written);
    }
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const read = (path: string, options: { seconds?: number; growth?: Growth; zone?: string; now?: Date } = {}) => {
  const { seconds = 300, growth = new Growth(), zone, now = NOW } = options;
  return fileLogs(path, zone === undefined ? {} : { zone }, { now: () => now, growth }).read({ seconds, signal });
};

Deno.test("fileLogs() reads UTF-16 with and without its mark, and what is not UTF-8", async () => {
  const text = "2026-11-22 14:59:00 ERROR Gebühr für 7 fehlt\n";
  const wide = (big: boolean) =>
    Uint8Array.from([...text].flatMap((sign) => {
      const code = sign.charCodeAt(0);
      return big ? [code >> 8, code & 255] : [code & 255, code >> 8];
    }));
  const files = {
    "marked.log": Uint8Array.from([0xff, 0xfe, ...wide(false)]),
    "little.log": wide(false),
    "big.log": wide(true),
    "western.log": Uint8Array.from([...text].map((sign) => sign.charCodeAt(0))),
    "mixed.log": Uint8Array.from([
      ...new TextEncoder().encode("2026-11-22 14:58:00 INFO grün\n"),
      ...[...text].map((sign) => sign.charCodeAt(0)),
    ]),
  };
  await withFiles(files, async (folder) => {
    for (const name of Object.keys(files)) {
      const { entries } = await read(`${folder}/${name}`);
      assert.deepEqual(entries.map((entry) => entry.message), ["ERROR Gebühr für 7 fehlt"], name);
    }
  });
});

Deno.test("fileLogs() takes the zone from the file's last write where times name none, and says so", async () => {
  const lines = "2026-11-22 16:58:00 ERROR early\n2026-11-22 16:59:58 ERROR late\n";
  await withFiles({ "a.log": lines }, async (folder) => {
    const { entries, notes } = await read(`${folder}/a.log`);
    assert.deepEqual(entries.map((entry) => entry.at), ["2026-11-22T14:58:00.000Z", "2026-11-22T14:59:58.000Z"]);
    assert.match(notes!.join(), /UTC\+2 \(`zone` says it for certain\)/);
  });
  await withFiles({ "a.log": lines.replaceAll("16:5", "09:5") }, async (folder) => {
    const { entries } = await read(`${folder}/a.log`);
    assert.equal(entries.at(-1)!.at, "2026-11-22T14:59:58.000Z");
  });
});

Deno.test("fileLogs() leaves times as they are when they name their zone, or `zone` or nothing explains the difference", async () => {
  const named = "2026-11-22T16:59:58+02:00 ERROR late\n";
  await withFiles({ "a.log": named }, async (folder) => {
    const { entries, notes } = await read(`${folder}/a.log`);
    assert.equal(entries[0]!.at, "2026-11-22T14:59:58.000Z");
    assert.deepEqual(notes, []);
  });
  await withFiles({ "a.log": "2026-11-22 15:59:58 ERROR late\n" }, async (folder) => {
    const { entries, notes } = await read(`${folder}/a.log`, { zone: "Europe/Berlin" });
    assert.equal(entries[0]!.at, "2026-11-22T14:59:58.000Z");
    assert.deepEqual(notes, []);
  });
  await withFiles({ "a.log": "2026-11-22 13:12:00 ERROR old\n" }, async (folder) => {
    const { entries, notes } = await read(`${folder}/a.log`);
    assert.deepEqual(entries, []);
    assert.match(notes!.join(), /no lines of the last 300 s; the newest is from 2026-11-22T13:12:00Z/);
  });
});

Deno.test("fileLogs() takes what a file without times grew by since it was looked at", async () => {
  const growth = new Growth();
  await withFiles({ "a.log": "ERROR: old\n" }, async (folder) => {
    const path = `${folder}/a.log`;
    await read(path, { growth, now: new Date(NOW.getTime() - 600_000) });
    await Deno.writeTextFile(path, "ERROR: new\nINFO: fine\n", { append: true });
    const { entries, seen, notes } = await read(path, { growth });
    assert.deepEqual(entries.map((entry) => entry.message), ["ERROR: new"]);
    assert.equal(seen, 2);
    assert.deepEqual(notes, []);
  });
});

Deno.test("fileLogs() reads the end of a file without times at the first look, unless nobody wrote to it lately", async () => {
  await withFiles({ "a.log": "ERROR: some time\n" }, async (folder) => {
    const { entries, notes } = await read(`${folder}/a.log`);
    assert.equal(entries.length, 1);
    assert.match(notes!.join(), /have no times/);
  });
  await withFiles(
    { "a.log": "ERROR: long ago\n" },
    async (folder) => assert.deepEqual((await read(`${folder}/a.log`)).entries, []),
    new Date(NOW.getTime() - 3_600_000),
  );
});

Deno.test("fileLogs() reads what was written before the file was rotated", async () => {
  for (const rotated of ["a.log.1", "a.log-20261122", "a-2026-11-22.log", "a.1.log"]) {
    await withFiles({ "a.log": "", [rotated]: "2026-11-22 14:59:00 ERROR before\n" }, async (folder) => {
      const { entries, from, missing } = await read(`${folder}/a.log`);
      assert.deepEqual(entries.map((entry) => entry.message), ["ERROR before"], rotated);
      assert(from.includes(rotated));
      assert.deepEqual(missing, []);
    });
  }
});

Deno.test("fileLogs() says that a file is empty, and shows a line when it understood none", async () => {
  await withFiles({ "a.log": "", "b.log": "alpha beta\ngamma `delta`\n" }, async (folder) => {
    assert.match((await read(`${folder}/a.log`)).missing!.join(), /a\.log is empty/);
    const { missing } = await read(`${folder}/b.log`);
    assert.match(
      missing!.join(),
      /^2 lines were read and none was understood: .* e\.g\. `gamma 'delta'`; say .*`entry`/,
    );
  });
});

Deno.test("fileLogs() counts quiet lines as no errors, however many there are, and failed answers only where nothing says more", async () => {
  const quiet = Array.from({ length: 500 }, (_, i) => `2026-11-22 14:59:00 order ${i} taken\n`).join("");
  const failed = '10.0.0.9 - - [22/Nov/2026:14:59:30 +0000] "GET /cart HTTP/1.1" 502 157\n';
  const files = {
    "quiet.log": quiet,
    "failed.log": quiet + failed,
    "told.log": `${quiet}${failed}2026-11-22 14:59:31 ERROR no rate\n`,
    "spoken.log": `${quiet}2026-11-22 14:59:31 close failed: no rate\n`,
  };
  await withFiles(files, async (folder) => {
    const told = async (name: string) => (await read(`${folder}/${name}`)).entries.map((entry) => entry.message);
    assert.deepEqual(await told("quiet.log"), []);
    assert.match((await told("failed.log")).join("|"), /^[^|]*GET \/cart[^|]*$/);
    assert.deepEqual(await told("told.log"), ["ERROR no rate"]);
    assert.deepEqual(await told("spoken.log"), ["close failed: no rate"]);
  });
});

Deno.test("fileLogs() refuses a folder in one line", async () => {
  await withFiles(
    {},
    (folder) =>
      assert.rejects(read(folder), {
        name: "ToolError",
        code: "refused",
        message: `log ${folder}: it is a folder; name a file in it`,
      }),
  );
});
