import assert from "node:assert/strict";
import fc from "fast-check";
import { ascii, latin1 } from "./bytes.ts";
import { Outgoing } from "./outgoing.ts";
import { HttpProblem } from "./problem.ts";
import { forwardedLines, RequestHead } from "./request_head.ts";

function parse(text: string): RequestHead {
  const buf = ascii(text);
  const head = new RequestHead();
  head.parse(buf, 0, buf.length);
  return head;
}

function forwarded(text: string): string {
  const buf = ascii(text);
  const head = new RequestHead();
  head.parse(buf, 0, buf.length);
  const out = new Outgoing(64, 64 * 1024);
  head.forward(buf, out, forwardedLines("10.0.0.7"));
  return latin1(out.bytes, 0, out.length);
}

const ADDED = "X-Forwarded-For: 10.0.0.7\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: ";

Deno.test("RequestHead.forward() sends an absolute target in origin form, with its host above the Host field", () => {
  assert.equal(
    forwarded("GET http://shop:81/a?b HTTP/1.1\r\nHost: other\r\n\r\n"),
    `GET /a?b HTTP/1.1\r\nHost: shop:81\r\n${ADDED}shop:81\r\n\r\n`,
  );
  assert.equal(
    forwarded("GET http://shop?b HTTP/1.1\r\nHost: shop\r\n\r\n"),
    `GET /?b HTTP/1.1\r\nHost: shop\r\n${ADDED}shop\r\n\r\n`,
  );
});

Deno.test("RequestHead.forward() keeps what Connection may not take away", () => {
  const sent = forwarded(
    "PUT / HTTP/1.1\r\nHost: a\r\nConnection: host, content-length, cookie, X-Forwarded-For\r\nCookie: c\r\n" +
      "Content-Length: 3\r\n\r\n",
  );
  assert.equal(sent, `PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n${ADDED}a\r\n\r\n`);
});

Deno.test("RequestHead.forward() hands an upgrade on, but never to HTTP/2 and never beside a body", () => {
  const request = (upgrade: string, more = "") =>
    `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${upgrade}\r\n${more}\r\n`;
  assert.match(forwarded(request("websocket")), /\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n/);
  assert.doesNotMatch(forwarded(request("h2c", "HTTP2-Settings: x\r\n")), /upgrade|settings/i);
  assert.doesNotMatch(forwarded(request("websocket", "Content-Length: 1\r\n")), /upgrade/i);
});

Deno.test("RequestHead.parse() refuses what two programs could read differently", () => {
  const host = "Host: a\r\n";
  for (
    const text of [
      `GET / HTTP/1.1\n${host}\r\n`,
      `GET / HTTP/1.1\r\nHost: a\n\r\n`,
      `GET / HTTP/1.1\r\n${host}X: a\rb\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}X: a\0b\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host} folded\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}X : a\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}: a\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}no colon\r\n\r\n`,
      `GET  / HTTP/1.1\r\n${host}\r\n`,
      `GET / HTTP/1.1 \r\n${host}\r\n`,
      `GET /\x80 HTTP/1.1\r\n${host}\r\n`,
      `GET /#a HTTP/1.1\r\n${host}\r\n`,
      `GET a HTTP/1.1\r\n${host}\r\n`,
      `GET * HTTP/1.1\r\n${host}\r\n`,
      `GET ftp://a/ HTTP/1.1\r\n${host}\r\n`,
      `GET http://u@a/ HTTP/1.1\r\n${host}\r\n`,
      `GET /\r\n${host}\r\n`,
      `GET / HTTP/1.1\r\n\r\n`,
      `GET / HTTP/1.1\r\n${host}${host}\r\n`,
      `GET / HTTP/1.1\r\nHost: a b\r\n\r\n`,
      `GET / HTTP/1.1\r\nHost: a/b\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 2\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 1\r\nContent-Length: 1\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 1, 1\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: +1\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 0x1\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length:\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 99999999999999999999\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked, gzip\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: xchunked\r\n\r\n`,
      `PUT / HTTP/1.1\r\n${host}Transfer-Encoding: chunked;q=1\r\n\r\n`,
      `PUT / HTTP/1.0\r\n${host}Transfer-Encoding: chunked\r\n\r\n`,
    ]
  ) {
    assert.throws(() => parse(text), (error) => error instanceof HttpProblem && error.status === 400, text);
  }
  const status = (text: string) => {
    try {
      parse(text);
    } catch (error) {
      return (error as HttpProblem).status;
    }
  };
  assert.equal(status(`PUT / HTTP/1.1\r\n${host}Transfer-Encoding: gzip, chunked\r\n\r\n`), 501);
  assert.equal(status(`GET / HTTP/2.0\r\n${host}\r\n`), 505);
  assert.equal(status(`CONNECT a:1 HTTP/1.1\r\n${host}\r\n`), 405);
  assert.equal(status(`GET / HTTP/1.1\r\n${host}${"X: 1\r\n".repeat(128)}\r\n`), 431);
});

Deno.test("RequestHead.parse() refuses or accepts arbitrary bytes, and nothing else", () => {
  const piece = fc.constantFrom(
    "GET ",
    "PUT ",
    "/",
    " HTTP/1.1",
    "\r\n",
    "\n",
    "\r",
    "Host: a\r\n",
    "Content-Length: 3\r\n",
    ":",
    " ",
    "\t",
    "\0",
    "é",
    "Transfer-Encoding: chunked\r\n",
    "Connection: close, x\r\n",
    "Upgrade: y\r\n",
  ); // deno-fmt-ignore
  fc.assert(fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
    const text = pieces.join("") + "\r\n\r\n";
    const buf = ascii(text);
    const head = new RequestHead();
    try {
      const end = head.parse(buf, 0, buf.length);
      assert(end > 0);
      // Bytes left over from before may lie behind the end, and never make a difference.
      for (let cut = 0; cut < end; cut++) {
        const stale = Uint8Array.from(buf);
        stale.fill(65, cut);
        assert.equal(new RequestHead().parse(stale, 0, cut), -1, `${cut}`);
      }
    } catch (error) {
      assert(error instanceof HttpProblem);
      return;
    }
    assert.match(text, /^(GET|PUT) \/+ HTTP\/1\.1\r\n([^\0\r\n]+\r\n)+\r\n/);
  }));
});

Deno.test("RequestHead.keepAlive follows the version and Connection", () => {
  const keeps = (version: string, connection: string) =>
    parse(`GET / HTTP/${version}\r\nHost: a\r\n${connection}\r\n`).keepAlive;
  assert.equal(keeps("1.1", ""), true);
  assert.equal(keeps("1.1", "Connection: Close\r\n"), false);
  assert.equal(keeps("1.1", "Connection: keep-alive, close\r\n"), false);
  assert.equal(keeps("1.0", ""), false);
  assert.equal(keeps("1.0", "Connection: Keep-Alive\r\n"), true);
});
