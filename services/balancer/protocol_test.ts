import assert from "node:assert/strict";
import { type Case, CASES, END } from "./testing/protocol_cases.ts";
import { DIFFERENCES } from "./testing/protocol_differences.ts";
import { balancer, ok, Peer, RawBackend } from "./testing/world.ts";

/** What came of a case. */
interface Outcome {
  readonly statuses: number[];
  readonly requests: string[];
  readonly survives: boolean;
  readonly text: string;
}

/** A backend that does what the case under way says, and notes what it gets. */
class ScriptedBackend extends RawBackend {
  static current: Case | undefined;
  static requests: string[] = [];

  constructor() {
    super(async (peer) => {
      while (await ScriptedBackend.#one(peer));
    });
  }

  static async #one(peer: Peer): Promise<boolean> {
    const head = await peer.upTo("\r\n\r\n");
    if (head === "") return false;
    const [method, target] = head.split(" ");
    if (target === "/end") {
      await peer.send(ok("end"));
      return true;
    }
    const now = this.current!;
    const note = this.requests.push(`${method} ${target} cut`) - 1;
    const body = await bodyOf(peer, head);
    if (body === undefined) return false;
    this.requests[note] = `${method} ${target} ${body}`;
    const answer = now.answer ?? ok("ok");
    if (typeof answer === "string") await peer.send(answer);
    else await answer(peer, head);
    return now.closes !== true;
  }
}

/** A request's body without its framing; undefined when it is cut short. */
async function bodyOf(peer: Peer, head: string): Promise<string | undefined> {
  const length = /^content-length: *(\d+)/im.exec(head)?.[1];
  if (length !== undefined) {
    const body = await peer.exactly(Number(length));
    return body.length === Number(length) ? body : undefined;
  }
  if (!/^transfer-encoding:/im.test(head)) return "";
  for (let body = "";;) {
    const size = parseInt(await peer.upTo("\r\n"), 16);
    if (Number.isNaN(size)) return undefined;
    if (size === 0) {
      while (!["\r\n", ""].includes(await peer.upTo("\r\n")));
      return body;
    }
    body += (await peer.exactly(size + 2)).slice(0, size);
    if (peer.ended) return undefined;
  }
}

/** Runs a case against a proxy, up to the end of the connection. */
async function run(subject: Case, port: number): Promise<Outcome> {
  ScriptedBackend.current = subject;
  ScriptedBackend.requests = [];
  await using client = await Peer.connect(port);
  client.conn.setNoDelay(true);
  const text = subject.send + (subject.last === undefined ? END : "");
  const sending = (async () => {
    if (subject.dribble === true) { for (const c of text) await client.send(c); }
    else await client.send(text);
    if (subject.last === true) await client.conn.closeWrite();
  })().catch(() => {});
  const got = await client.rest();
  await sending;
  return { ...answersIn(got, subject), requests: ScriptedBackend.requests, text: got };
}

function answersIn(text: string, subject: Case): { statuses: number[]; survives: boolean } {
  const survives = /\r\n\r\nend$|\r\n3\r\nend\r\n0\r\n\r\n$/.test(text);
  const statuses = [...text.matchAll(/HTTP\/1\.[01] (\d{3})[ \r]/g)].map((match) => Number(match[1]));
  if (subject.statuses.length === 0 && text === "") return { statuses: [], survives };
  return { statuses: survives ? statuses.slice(0, -1) : statuses, survives };
}

/** The body of the last answer before the one for `END`. */
function lastBody(outcome: Outcome): string {
  const answers = outcome.text.split(/(?=HTTP\/1\.[01] \d{3}[ \r])/);
  const answer = answers.at(outcome.survives ? -2 : -1)!;
  const at = answer.indexOf("\r\n\r\n");
  const body = answer.slice(at + 4);
  if (!/^transfer-encoding: chunked/im.test(answer.slice(0, at))) return body;
  let data = "";
  for (let rest = body;;) {
    const end = rest.indexOf("\r\n");
    const size = parseInt(rest, 16);
    if (!(size > 0)) return data;
    data += rest.slice(end + 2, end + 2 + size);
    rest = rest.slice(end + 4 + size);
  }
}

function check(subject: Case, outcome: Outcome): void {
  const told = `${subject.name}\nclient got: ${JSON.stringify(outcome.text.slice(0, 600))}`;
  assert.deepEqual(outcome.statuses, subject.statuses, told);
  // A body that is refused may have begun to go out, or not: it never arrives whole.
  const whole = (requests: readonly string[]) => requests.filter((request) => !request.endsWith(" cut"));
  assert.deepEqual(whole(outcome.requests), whole(subject.requests), told);
  assert.equal(outcome.survives, subject.survives, told);
  if (subject.body !== undefined) assert.equal(lastBody(outcome), subject.body, told);
  const text = outcome.text.toLowerCase();
  if (subject.contains !== undefined) assert(text.includes(subject.contains.toLowerCase()), told);
  if (subject.lacks !== undefined) assert(!text.includes(subject.lacks.toLowerCase()), told);
}

Deno.test("the protocol suite has 80 cases or more, each with a name of its own", () => {
  const names = Object.values(CASES).flat().map((subject) => subject.name);
  assert(names.length >= 80, `${names.length}`);
  assert.deepEqual(names.filter((name, i) => names.indexOf(name) !== i), []);
});

for (const [group, cases] of Object.entries(CASES)) {
  Deno.test(`start() speaks HTTP/1.1 as it should: ${group}`, async (t) => {
    await using backend = new ScriptedBackend();
    await using lb = await balancer([backend]);
    for (const subject of cases) {
      await t.step(subject.name, async () => check(subject, await run(subject, lb.port)));
    }
  });
}

const haproxy = await findHaproxy();

Deno.test({
  name: "start() does as HAProxy 2.6 does, or says why not" + (haproxy ? "" : " (skipped: it is not installed)"),
  ignore: haproxy === undefined,
  async fn(t) {
    await using backend = new ScriptedBackend();
    await using peer = await startHaproxy(haproxy!, backend.port);
    for (const subject of Object.values(CASES).flat()) {
      const reason = DIFFERENCES[subject.name];
      await t.step(reason === undefined ? subject.name : `${subject.name}: ${reason}`, async () => {
        const theirs = await run(subject, peer.port);
        if (reason === undefined) check(subject, theirs);
        else assert.throws(() => check(subject, theirs), "HAProxy does the same: the explanation is out of date");
      });
    }
  },
});

Deno.test("every explained difference belongs to a case", () => {
  const names = new Set(Object.values(CASES).flat().map((subject) => subject.name));
  assert.deepEqual(Object.keys(DIFFERENCES).filter((name) => !names.has(name)), []);
});

/** HAProxy, if it is the version that the explanations were written for. */
async function findHaproxy(): Promise<string | undefined> {
  for (const path of ["haproxy", "/usr/sbin/haproxy"]) {
    try {
      const { stdout } = await new Deno.Command(path, { args: ["-v"], stderr: "null" }).output();
      if (/HAProxy version 2\.6\./.test(new TextDecoder().decode(stdout))) return path;
    } catch {
      // Not there.
    }
  }
}

async function startHaproxy(path: string, backendPort: number): Promise<{ port: number } & AsyncDisposable> {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const folder = await Deno.makeTempDir();
  await Deno.writeTextFile(
    `${folder}/haproxy.cfg`,
    `defaults
  mode http
  timeout connect 5s
  timeout client 2s
  timeout server 2s
  retries 0
  option forwardfor
frontend in
  bind 127.0.0.1:${port}
  default_backend out
backend out
  server one 127.0.0.1:${backendPort}
`,
  );
  const child = new Deno.Command(path, { args: ["-db", "-f", `${folder}/haproxy.cfg`], stdout: "null", stderr: "null" })
    .spawn();
  for (let left = 200;; left--) {
    try {
      (await Peer.connect(port)).close();
      break;
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  return {
    port,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}
