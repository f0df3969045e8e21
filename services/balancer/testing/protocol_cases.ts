import { ok, type Peer } from "./world.ts";

/** One conversation over a socket, and what has to come of it. */
export interface Case {
  readonly name: string;
  /** What the client sends; `END` is added unless `last` is set. */
  readonly send: string;
  /** The bytes go out one by one. */
  readonly dribble?: boolean;
  /** The client sends nothing behind `send`, and ends its side; with "open" it leaves it open. */
  readonly last?: boolean | "open";
  /** What the backend answers; default: 200 with `ok`. */
  readonly answer?: string | ((peer: Peer, request: string) => Promise<void>);
  /** The backend closes behind its answer. */
  readonly closes?: boolean;
  /** The statuses that the client gets, without the one for `END`. */
  readonly statuses: readonly number[];
  /** What the backend gets: `METHOD target body`, without `END`. */
  readonly requests: readonly string[];
  /** Whether `END` is answered: the connection outlived the case, and both sides agree on where it stood. */
  readonly survives: boolean;
  /** The body of the first answer that has one, less its framing. */
  readonly body?: string;
  /** Has to stand in what the client got. */
  readonly contains?: string;
  /** May not stand in what the client got. */
  readonly lacks?: string;
}

/** The request behind each case, by which its connection's state is told. */
export const END = "GET /end HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

const HOST = "Host: x\r\n";

function refused(name: string, send: string, more: Partial<Case> = {}): Case {
  return { name, send, statuses: [400], requests: [], survives: false, ...more };
}

function passed(name: string, send: string, request: string, more: Partial<Case> = {}): Case {
  return { name, send, statuses: [200], requests: [request], survives: true, ...more };
}

function answered(name: string, answer: Case["answer"], more: Partial<Case> = {}): Case {
  return {
    name,
    send: `GET /a HTTP/1.1\r\n${HOST}\r\n`,
    ...(answer === undefined ? {} : { answer }),
    statuses: [200],
    requests: ["GET /a "],
    survives: true,
    ...more,
  };
}

const chunkedPut = (body: string) => `PUT /a HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${body}`;
const put = (headers: string, body: string) => `PUT /a HTTP/1.1\r\n${HOST}${headers}\r\n${body}`;
const line = (head: string) => `${head}\r\n\r\n`;

const REQUEST_LINES: readonly Case[] = [
  refused("a bare LF behind the request line", `GET /a HTTP/1.1\n${HOST}\r\n`),
  refused("a bare LF behind a field", `GET /a HTTP/1.1\r\nHost: x\n\r\n`),
  refused("bare LFs throughout", `GET /a HTTP/1.1\nHost: x\n\n`),
  refused("a bare CR in a value", `GET /a HTTP/1.1\r\n${HOST}X: a\rb\r\n\r\n`),
  refused("a NUL in a value", `GET /a HTTP/1.1\r\n${HOST}X: a\0b\r\n\r\n`),
  refused("a NUL in the target", `GET /a\0 HTTP/1.1\r\n${HOST}\r\n`),
  refused("a folded field", `GET /a HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`),
  refused("a folded first field", `GET /a HTTP/1.1\r\n Host: x\r\n\r\n`),
  refused("a space before the colon", `GET /a HTTP/1.1\r\n${HOST}X : a\r\n\r\n`),
  refused("a field without a name", `GET /a HTTP/1.1\r\n${HOST}: a\r\n\r\n`),
  refused("a field without a colon", `GET /a HTTP/1.1\r\n${HOST}nonsense\r\n\r\n`),
  refused("two spaces behind the method", line(`GET  /a HTTP/1.1\r\nHost: x`)),
  refused("a space behind the version", line(`GET /a HTTP/1.1 \r\nHost: x`)),
  refused("a tab between the parts", line(`GET\t/a\tHTTP/1.1\r\nHost: x`)),
  refused("no version", line(`GET /a\r\nHost: x`)),
  refused("a version in lower case", line(`GET /a http/1.1\r\nHost: x`)),
  refused("a version of three digits", line(`GET /a HTTP/1.1.1\r\nHost: x`)),
  refused("HTTP/2 by its preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", { statuses: [505] }),
  passed("HTTP/1.2, taken as 1.1", line(`GET /a HTTP/1.2\r\nHost: x`), "GET /a "),
  refused("a method with a bracket", line(`G(T /a HTTP/1.1\r\nHost: x`)),
  passed("a method that nobody knows", line(`BREW /a HTTP/1.1\r\nHost: x`), "BREW /a "),
  refused("CONNECT", line(`CONNECT x:1 HTTP/1.1\r\nHost: x:1`), { statuses: [405] }),
  refused("a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "r".repeat(64)),
  passed("empty lines before the request", `\r\n\r\n${line(`GET /a HTTP/1.1\r\nHost: x`)}`, "GET /a "),
  refused("a bare LF before the request", `\n${line(`GET /a HTTP/1.1\r\nHost: x`)}`),
  refused("bytes above ASCII in the target", line(`GET /\xe4 HTTP/1.1\r\nHost: x`)),
  refused("a fragment in the target", line(`GET /a#b HTTP/1.1\r\nHost: x`)),
  refused("a target without a slash", line(`GET a HTTP/1.1\r\nHost: x`)),
  refused("* for a GET", line(`GET * HTTP/1.1\r\nHost: x`)),
  passed("* for OPTIONS", line(`OPTIONS * HTTP/1.1\r\nHost: x`), "OPTIONS * "),
  passed(
    "an encoded path, untouched",
    line(`GET /a%2Fb/%2e%2e/%00?q=%zz HTTP/1.1\r\nHost: x`),
    "GET /a%2Fb/%2e%2e/%00?q=%zz ",
  ),
  passed("dots and slashes, untouched", line(`GET //a/../b/./c HTTP/1.1\r\nHost: x`), "GET //a/../b/./c "),
  passed(
    "a target of 8,000 bytes",
    line(`GET /${"a".repeat(8_000)} HTTP/1.1\r\nHost: x`),
    `GET /${"a".repeat(8_000)} `,
  ),
  passed("an absolute target", line(`GET http://x/a HTTP/1.1\r\nHost: x`), "GET /a "),
  passed("an absolute target without a path", line(`GET http://x?q HTTP/1.1\r\nHost: x`), "GET /?q "),
  refused("an absolute target with a user", line(`GET http://u@x/a HTTP/1.1\r\nHost: x`)),
  refused("an absolute target of another scheme", line(`GET ftp://x/a HTTP/1.1\r\nHost: x`)),
];

const HEADERS: readonly Case[] = [
  refused("no Host", line("GET /a HTTP/1.1\r\nX: y")),
  passed("no Host in HTTP/1.0", line("GET /a HTTP/1.0\r\nX: y"), "GET /a ", { survives: false }),
  refused("two Hosts", line("GET /a HTTP/1.1\r\nHost: x\r\nHost: y")),
  refused("the same Host twice", line("GET /a HTTP/1.1\r\nHost: x\r\nHost: x")),
  refused("a Host with a path", line("GET /a HTTP/1.1\r\nHost: x/y")),
  refused("a Host with a space", line("GET /a HTTP/1.1\r\nHost: x y")),
  refused("a head of 40,000 bytes", line(`GET /a HTTP/1.1\r\n${HOST}X: ${"a".repeat(40_000)}`), { statuses: [431] }),
  refused("a target of 40,000 bytes", line(`GET /${"a".repeat(40_000)} HTTP/1.1\r\nHost: x`), { statuses: [431] }),
  refused("200 fields", line(`GET /a HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(200)}Y: z`), { statuses: [431] }),
  passed("90 fields", line(`GET /a HTTP/1.1\r\n${HOST}${"X: y\r\n".repeat(90)}Y: z`), "GET /a "),
  passed("an empty value", line(`GET /a HTTP/1.1\r\n${HOST}X:`), "GET /a "),
  passed("bytes above ASCII in a value", line(`GET /a HTTP/1.1\r\n${HOST}X: \xe4\xff`), "GET /a "),
  passed("a head that comes byte by byte", line("GET /a HTTP/1.1\r\nHost: x"), "GET /a ", { dribble: true }),
  passed("HTTP/1.0", line("GET /a HTTP/1.0\r\nHost: x"), "GET /a ", { survives: false }),
  passed("HTTP/1.0 that wants to stay", line("GET /a HTTP/1.0\r\nHost: x\r\nConnection: keep-alive"), "GET /a "),
  passed("Connection: close", line("GET /a HTTP/1.1\r\nHost: x\r\nConnection: close"), "GET /a ", { survives: false }),
  refused("a head cut short", "GET /a HTTP/1.1\r\nHost: x\r\nX: y", { last: true }),
  { name: "nothing at all", send: "", last: true, statuses: [], requests: [], survives: false },
  passed("a client that ends its side behind the request", line("GET /a HTTP/1.1\r\nHost: x"), "GET /a ", {
    last: true,
    survives: false,
  }),
];

const LENGTHS: readonly Case[] = [
  passed("a body with its length", put("Content-Length: 5\r\n", "hello"), "PUT /a hello"),
  passed("a body that comes byte by byte", put("Content-Length: 5\r\n", "hello"), "PUT /a hello", { dribble: true }),
  passed("a length of nought", put("Content-Length: 0\r\n", ""), "PUT /a "),
  passed("a length with leading noughts", put("Content-Length: 005\r\n", "hello"), "PUT /a hello"),
  passed("a GET with a body", `GET /a HTTP/1.1\r\n${HOST}Content-Length: 5\r\n\r\nhello`, "GET /a hello"),
  refused("two lengths that differ", put("Content-Length: 5\r\nContent-Length: 6\r\n", "hello!")),
  refused("two lengths that agree", put("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")),
  refused("a list of lengths", put("Content-Length: 5, 5\r\n", "hello")),
  refused("a list of lengths that differ", put("Content-Length: 5, 6\r\n", "hello!")),
  refused("a length with a plus", put("Content-Length: +5\r\n", "hello")),
  refused("a length below nought", put("Content-Length: -5\r\n", "hello")),
  refused("a hexadecimal length", put("Content-Length: 0x5\r\n", "hello")),
  refused("a length with a point", put("Content-Length: 5.0\r\n", "hello")),
  refused("a length with a space inside", put("Content-Length: 5 5\r\n", "hello")),
  refused("an empty length", put("Content-Length:\r\n", "hello")),
  refused("a length past all bounds", put("Content-Length: 99999999999999999999\r\n", "hello")),
  refused("a body cut short", put("Content-Length: 50\r\n", "hello"), { last: true, requests: ["PUT /a cut"] }),
  refused("length and chunks", put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\nX")),
  refused("chunks and length", put("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\nX")),
  refused("length nought and chunks", put("Content-Length: 0\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
  refused("chunks in HTTP/1.0", `PUT /a HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
];

const CODINGS: readonly Case[] = [
  refused("an unknown coding", put("Transfer-Encoding: xchunked\r\n", "0\r\n\r\n")),
  refused("identity", put("Transfer-Encoding: identity\r\n", "0\r\n\r\n")),
  refused("chunked twice in one field", put("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n"), {
    statuses: [501],
  }),
  refused(
    "chunked twice in two fields",
    put("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
  ),
  refused("chunked, then identity", put("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
  refused("chunked that is not the last", put("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
  refused("gzip, then chunked", put("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), { statuses: [501] }),
  refused("chunked with a parameter", put("Transfer-Encoding: chunked;q=1\r\n", "0\r\n\r\n")),
  refused("chunked in quotes", put('Transfer-Encoding: "chunked"\r\n', "0\r\n\r\n")),
  refused("a vertical tab before chunked", put("Transfer-Encoding: \x0bchunked\r\n", "0\r\n\r\n")),
  refused("an empty coding", put("Transfer-Encoding:\r\n", "0\r\n\r\n")),
  passed("CHUNKED", put("Transfer-Encoding: CHUNKED\r\n", "2\r\nhi\r\n0\r\n\r\n"), "PUT /a hi"),
  passed("a tab before chunked", put("Transfer-Encoding:\tchunked\r\n", "2\r\nhi\r\n0\r\n\r\n"), "PUT /a hi"),
  refused("a space before the coding's colon", put("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
  passed("chunks", chunkedPut("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "PUT /a hello"),
  passed("chunks that come byte by byte", chunkedPut("2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n"), "PUT /a hello", {
    dribble: true,
  }),
  passed("a chunk's size in capitals with noughts", chunkedPut("000A\r\n0123456789\r\n0\r\n\r\n"), "PUT /a 0123456789"),
  passed("an extension, which goes no further", chunkedPut('2;a="b;c"\r\nhi\r\n0;d\r\n\r\n'), "PUT /a hi"),
  passed("a trailer", chunkedPut("2\r\nhi\r\n0\r\nX-Sum: 1\r\n\r\n"), "PUT /a hi"),
  refused("a chunk's size with 0x", chunkedPut("0x2\r\nhi\r\n0\r\n\r\n"), { requests: ["PUT /a cut"] }),
  refused("a chunk's size below nought", chunkedPut("-2\r\nhi\r\n0\r\n\r\n")),
  refused("a chunk's size past all bounds", chunkedPut("fffffffffffffffff\r\nhi\r\n0\r\n\r\n")),
  refused("a space behind a chunk's size", chunkedPut("2 \r\nhi\r\n0\r\n\r\n")),
  refused("a chunk's size with a bare LF", chunkedPut("2\nhi\r\n0\r\n\r\n")),
  refused("an extension with a bare LF", chunkedPut("2;a\nb\r\nhi\r\n0\r\n\r\n")),
  refused("a chunk longer than its size", chunkedPut("2\r\nhello\r\n0\r\n\r\n")),
  refused("a chunk that ends in a bare LF", chunkedPut("2\r\nhi\n0\r\n\r\n")),
  refused("a trailer with a bare LF", chunkedPut("2\r\nhi\r\n0\r\nX: y\n\r\n")),
  refused("chunks cut short", chunkedPut("5\r\nhe"), { last: true, requests: ["PUT /a cut"] }),
];

const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;

const PIPELINES: readonly Case[] = [
  {
    name: "three requests in one piece, answered in order",
    send: get("/1") + get("/2") + get("/3"),
    statuses: [200, 200, 200],
    requests: ["GET /1 ", "GET /2 ", "GET /3 "],
    survives: true,
  },
  {
    name: "a body and the next request in one piece",
    send: put("Content-Length: 5\r\n", "hello") + get("/2"),
    statuses: [200, 200],
    requests: ["PUT /a hello", "GET /2 "],
    survives: true,
  },
  {
    name: "chunks and the next request in one piece",
    send: chunkedPut("2\r\nhi\r\n0\r\n\r\n") + get("/2"),
    statuses: [200, 200],
    requests: ["PUT /a hi", "GET /2 "],
    survives: true,
  },
  {
    name: "a request behind a bad one is not looked at",
    send: get("/1") + "GET /2 nonsense\r\n\r\n" + get("/3"),
    statuses: [200, 400],
    requests: ["GET /1 "],
    survives: false,
  },
  {
    name: "a body that looks like a request stays a body",
    send: put(`Content-Length: ${get("/evil").length}\r\n`, get("/evil")),
    statuses: [200],
    requests: [`PUT /a ${get("/evil")}`],
    survives: true,
  },
];

const RESPONSES: readonly Case[] = [
  answered("a length", ok("hello"), { body: "hello" }),
  answered("a length of nought in the answer", ok(""), { body: "" }),
  answered("no reason phrase", "HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok", { body: "ok" }),
  answered(
    "chunks in the answer",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    {
      body: "hello",
    },
  ),
  answered(
    "chunks for HTTP/1.0",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhe\r\n3\r\nllo\r\n0\r\n\r\n",
    {
      send: `GET /a HTTP/1.0\r\n${HOST}\r\n`,
      body: "hello",
      survives: false,
    },
  ),
  answered("a body up to the end", "HTTP/1.1 200 OK\r\n\r\nhello", { closes: true, body: "hello" }),
  answered("a body up to the end, from HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhello", { closes: true, body: "hello" }),
  answered("an answer that comes byte by byte", async (peer) => {
    for (const c of "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n") await peer.send(c);
  }, { body: "hi" }),
  answered("HEAD with a length", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n", {
    send: `HEAD /a HTTP/1.1\r\n${HOST}\r\n`,
    requests: ["HEAD /a "],
    contains: "Content-Length: 5",
  }),
  answered("HEAD with chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", {
    send: `HEAD /a HTTP/1.1\r\n${HOST}\r\n`,
    requests: ["HEAD /a "],
  }),
  answered("204", "HTTP/1.1 204 No Content\r\n\r\n", { statuses: [204] }),
  answered("204 with a length, which goes no further", "HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n", {
    statuses: [204],
  }),
  answered("304 with a length and no body", "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", {
    statuses: [304],
  }),
  answered("100 before the answer", "HTTP/1.1 100 Continue\r\n\r\n" + ok("hi"), {
    send: put("Expect: 100-continue\r\nContent-Length: 5\r\n", "hello"),
    statuses: [100, 200],
    requests: ["PUT /a hello"],
    body: "hi",
  }),
  answered("103 before the answer", "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + ok("hi"), {
    statuses: [103, 200],
    body: "hi",
  }),
  answered("103 for HTTP/1.0, which goes no further", "HTTP/1.1 103 Early Hints\r\n\r\n" + ok("hi"), {
    send: `GET /a HTTP/1.0\r\n${HOST}\r\n`,
    survives: false,
    body: "hi",
  }),
  answered("a backend that closes without a byte", async () => {}, {
    send: `POST /a HTTP/1.1\r\n${HOST}\r\n`,
    requests: ["POST /a "],
    closes: true,
    statuses: [502],
  }),
  answered("no HTTP at all", "SSH-2.0-OpenSSH\r\n\r\n", { closes: true, statuses: [502] }),
  answered("a status of four digits", "HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n", {
    closes: true,
    statuses: [502],
  }),
  answered("a bare LF in the answer's head", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", {
    closes: true,
    statuses: [502],
  }),
  answered("a folded field in the answer", "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 0\r\n\r\n", {
    closes: true,
    statuses: [502],
  }),
  answered("a NUL in the answer's head", "HTTP/1.1 200 OK\r\nX: a\0\r\nContent-Length: 0\r\n\r\n", {
    closes: true,
    statuses: [502],
  }),
  answered(
    "length and chunks in the answer",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    {
      closes: true,
      statuses: [502],
    },
  ),
  answered("two lengths in the answer", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nabc", {
    closes: true,
    statuses: [502],
  }),
  answered("an answer whose head never ends", `HTTP/1.1 200 OK\r\nX: ${"a".repeat(200_000)}`, {
    closes: true,
    statuses: [502],
  }),
  answered("an answer cut short in its head", "HTTP/1.1 200 OK\r\nContent-Le", { closes: true, statuses: [502] }),
  answered("an answer cut short in its body", "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello", {
    closes: true,
    survives: false,
  }),
  answered("an answer cut short in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhe", {
    closes: true,
    survives: false,
    lacks: "0\r\n\r\n",
  }),
  answered("a broken first chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nhe\r\n0\r\n\r\n", {
    statuses: [502],
  }),
  answered("a broken later chunk", async (peer) => {
    const begin = "x".repeat(100_000);
    await peer.send(`HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n186a0\r\n${begin}\r\nzz\r\nhe\r\n0\r\n\r\n`);
  }, { survives: false, lacks: "0\r\n\r\n" }),
  answered("a second answer that nobody asked for", ok("hi") + ok("evil"), { body: "hi", lacks: "evil" }),
  answered("101 unasked", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", {
    closes: true,
    statuses: [502],
  }),
  answered("101 asked for, and bytes both ways", async (peer) => {
    await peer.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\nhello ");
    await peer.send((await peer.upTo("!")).toUpperCase());
  }, {
    send: `GET /a HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: echo\r\n\r\nworld!`,
    last: "open",
    closes: true,
    statuses: [101],
    survives: false,
    contains: "hello WORLD!",
  }),
  answered("an upgrade that the backend declines", ok("no"), {
    send: `GET /a HTTP/1.1\r\n${HOST}Connection: Upgrade\r\nUpgrade: echo\r\n\r\n`,
    body: "no",
  }),
  answered("a backend that closes behind its answer", ok("hi", "Connection: close\r\n"), { closes: true, body: "hi" }),
  answered(
    "hop-by-hop fields in the answer, which go no further",
    ok("hi", "Keep-Alive: 9\r\nConnection: X-Y\r\nX-Y: 1\r\n"),
    {
      body: "hi",
      lacks: "Keep-Alive",
    },
  ),
];

/** Every case, in groups. */
export const CASES: Readonly<Record<string, readonly Case[]>> = {
  "request line": REQUEST_LINES,
  header: HEADERS,
  length: LENGTHS,
  coding: CODINGS,
  pipeline: PIPELINES,
  answer: RESPONSES,
};
