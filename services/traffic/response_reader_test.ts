import assert from "node:assert/strict";
import fc from "fast-check";
import { ProtocolError, ResponseReader } from "./response_reader.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function read(...parts: string[]): [done: boolean, status: number, reusable: boolean] {
  const reader = new ResponseReader();
  let done = false;
  for (const part of parts) done = reader.push(bytes(part));
  return [done, reader.status, reader.reusable];
}

const responses: Record<string, [text: string, status: number, reusable: boolean]> = {
  "content-length": ["HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", 200, true],
  "empty body": ["HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", 404, true],
  "no reason phrase": ["HTTP/1.1 500\r\ncontent-length: 0\r\n\r\n", 500, true],
  "no body by status": ["HTTP/1.1 204 No Content\r\n\r\n", 204, true],
  "not modified": ["HTTP/1.1 304 Not Modified\r\ncontent-length: 99\r\n\r\n", 304, true],
  "connection: close": ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nok", 200, false],
  "HTTP/1.0": ["HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nok", 200, false],
  "chunked": [
    "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
    200,
    true,
  ],
  "chunked with trailers": [
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nt: 1\r\n\r\n",
    200,
    true,
  ],
  "after an interim response": [
    "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nx",
    200,
    true,
  ],
};

for (const [name, [text, status, reusable]] of Object.entries(responses)) {
  Deno.test(`ResponseReader.push() reads a response however it is cut: ${name}`, () => {
    assert.deepEqual(read(text), [true, status, reusable]);
    fc.assert(fc.property(fc.array(fc.nat(text.length), { maxLength: 8 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), text.length];
      const parts = at.slice(1).map((end, i) => text.slice(at[i], end)).filter((part) => part !== "");
      assert.deepEqual(read(...parts), [true, status, reusable]);
    }));
  });
}

Deno.test("ResponseReader.end() completes a response of unknown length, and no other", () => {
  const open = new ResponseReader();
  assert.equal(open.push(bytes("HTTP/1.1 200 OK\r\n\r\nsome")), false);
  open.end();
  assert.equal(open.complete, true);
  const cut = new ResponseReader();
  cut.push(bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nsome"));
  cut.end();
  assert.equal(cut.complete, false);
});

for (
  const [name, text] of Object.entries({
    "not HTTP": "SSH-2.0-OpenSSH\r\n\r\n",
    "a length that is no number": "HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n",
    "a chunk without a size": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    "a chunk longer than it says": "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nxyz\r\n",
    "bytes after the end": "HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nxy",
    "an endless head": `HTTP/1.1 200 OK\r\nx: ${"y".repeat(70_000)}`,
  })
) {
  Deno.test(`ResponseReader.push() refuses ${name}`, () => assert.throws(() => read(text), ProtocolError));
}
