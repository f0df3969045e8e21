import assert from "node:assert/strict";
import fc from "fast-check";
import { type Body, ChunkedBody, CloseBody, LengthBody } from "./body.ts";
import { ascii, latin1 } from "./bytes.ts";
import { Outgoing } from "./outgoing.ts";
import { HttpProblem } from "./problem.ts";
import { Reader } from "./reader.ts";

/** Feeds `text` in pieces of the given sizes through `body`; what went on, and what was left over. */
async function carry(body: Body, text: string, sizes: readonly number[], outSize = 64): Promise<[string, string]> {
  const data = ascii(text);
  let at = 0, nth = 0;
  const reader = new Reader({
    read(into) {
      if (at === data.length) return Promise.resolve(null);
      const size = Math.min(sizes[nth++ % sizes.length]!, data.length - at, into.length);
      into.set(data.subarray(at, at + size));
      at += size;
      return Promise.resolve(size);
    },
  }, 4096);
  let carried = "";
  const out = new Outgoing(outSize);
  while (!body.done) {
    const pulled = body.pull(reader, out);
    carried += latin1(out.bytes, 0, out.length);
    out.clear();
    if (pulled === "more") await reader.fill();
  }
  return [carried, latin1(reader.buf, reader.start, reader.end) + text.slice(at)];
}

const pieces = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });

Deno.test("ChunkedBody.pull() gives back the data however it arrives, and stops at its end", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.string({ unit: fc.constantFrom("a", "\r", "\n", "0", ";"), minLength: 1, maxLength: 90 })),
      pieces,
      fc.constantFrom("", ";ext=1", ';q="a;b"'),
      async (chunks, sizes, extension) => {
        const text = chunks.map((c) => `${c.length.toString(16)}${extension}\r\n${c}\r\n`).join("") + "0\r\n\r\n";
        const [bare, rest] = await carry(new ChunkedBody(false), text + "NEXT", sizes);
        assert.equal(bare, chunks.join(""));
        assert(("NEXT").endsWith(rest) || rest === "NEXT");
        const [again] = await carry(new ChunkedBody(true), text, sizes);
        assert.equal((await carry(new ChunkedBody(false), again, [1000]))[0], chunks.join(""));
        assert(!again.includes("ext"));
      },
    ),
    { numRuns: 60 },
  );
});

Deno.test("ChunkedBody.pull() hands a trailer on, less what may not stand there", async () => {
  const text = "1\r\na\r\n0\r\nX-Sum: 1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\nCookie: c\r\n\r\n";
  const [sent] = await carry(new ChunkedBody(true), text, [3], 4096);
  assert.equal(sent, "1\r\na\r\n0\r\nX-Sum: 1\r\n\r\n");
});

Deno.test("ChunkedBody.pull() refuses broken framing", async () => {
  for (
    const text of [
      "\r\n0\r\n\r\n",
      "g\r\n",
      "-1\r\na\r\n0\r\n\r\n",
      "0x1\r\na\r\n0\r\n\r\n",
      "1 \r\na\r\n0\r\n\r\n",
      " 1\r\na\r\n0\r\n\r\n",
      "1\na\r\n0\r\n\r\n",
      "1\r\nab\r\n0\r\n\r\n",
      "1\r\na\n0\r\n\r\n",
      "1\r\na0\r\n\r\n",
      "1;a\nb\r\na\r\n0\r\n\r\n",
      "1;a\rb\r\na\r\n0\r\n\r\n",
      "ffffffffffffffff\r\n",
      "0\r\nX: 1\n\r\n",
      "0\r\n X: 1\r\n\r\n",
      "0\n\n",
      `1;${"x".repeat(300)}\r\na\r\n0\r\n\r\n`,
      `0\r\n${`X: ${"y".repeat(90)}\r\n`.repeat(30)}\r\n`,
      "5\r\nabc",
      "1\r\na\r\n0\r\n",
    ]
  ) {
    for (const sizes of [[1], [1000]]) {
      await assert.rejects(carry(new ChunkedBody(true), text, sizes, 4096), HttpProblem, JSON.stringify(text));
    }
  }
});

Deno.test("LengthBody.pull() takes its length and leaves the rest", async () => {
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 300 }), pieces, async (length, sizes) => {
    const [sent, rest] = await carry(new LengthBody(length), "x".repeat(length) + "NEXT", sizes);
    assert.equal(sent, "x".repeat(length));
    assert.equal(rest, "NEXT");
  }));
  await assert.rejects(carry(new LengthBody(5), "1234", [2]), HttpProblem);
});

Deno.test("CloseBody.pull() takes everything up to the end, in chunks where they are asked for", async () => {
  await fc.assert(fc.asyncProperty(fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 300 }), pieces, async (
    text,
    sizes,
  ) => {
    assert.deepEqual(await carry(new CloseBody(false), text, sizes), [text, ""]);
    const [chunked] = await carry(new CloseBody(true), text, sizes);
    assert.equal((await carry(new ChunkedBody(false), chunked, [7]))[0], text);
  }));
});
