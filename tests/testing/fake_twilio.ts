/** A message as the fake Twilio keeps and lists it. */
export interface FakeMessage {
  readonly sid: string;
  readonly to: string;
  readonly from: string;
  readonly body: string;
  readonly statusCallback: string | undefined;
  /** As the list shows them; default `delivered`. */
  readonly status?: string;
  readonly errorCode?: number;
  /** RFC 1123. */
  readonly dateSent?: string;
}

/** What the fake does with a request to create a message, beside taking it. */
export type Fault =
  | { readonly status: number; readonly code?: number; readonly retryAfter?: string }
  /** Takes the message and then closes the connection in the middle of its answer. */
  | "take_then_break"
  /** Takes the message and answers 500. */
  | "take_then_500"
  /** Never answers. */
  | "hang";

/** A Twilio that counts: takes messages, lists them, and fails as told. */
export interface FakeTwilio {
  readonly url: string;
  readonly messages: FakeMessage[];
  /** How often it was asked for the list of messages. */
  readonly lists: number;
  /** Decides each request to create a message; undefined takes it. */
  fault: (attempt: number, body: string) => Fault | undefined;
  /** Told when a request to create a message or to list them comes, and when a message has been created. */
  onRequest: (what: "create" | "created" | "list") => void;
  /** Resolves when `count` messages have been taken. */
  taken(count: number): Promise<void>;
  stop(): Promise<void>;
}

/** Credentials that the fake accepts. */
export const FAKE_ACCOUNT = {
  accountSid: "AC0123456789abcdef0123456789abcdef",
  authToken: "fake-token-of-a-test",
  from: "+15550001111",
  to: "+15552223333",
};

/** Starts a fake Twilio on a free port of 127.0.0.1. */
export function startFakeTwilio(port = 0): FakeTwilio {
  const messages: FakeMessage[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const hanging: ((response: Response) => void)[] = [];
  let attempts = 0;
  let lists = 0;

  const take = (form: URLSearchParams): FakeMessage => {
    const message = {
      sid: `SM${crypto.randomUUID().replaceAll("-", "")}`,
      to: form.get("To") ?? "",
      from: form.get("From") ?? "",
      body: form.get("Body") ?? templateBody(form.get("ContentVariables")),
      statusCallback: form.get("StatusCallback") ?? undefined,
    };
    messages.push(message);
    for (const waiter of waiting) if (messages.length >= waiter.count) waiter.resolve();
    return message;
  };
  const fake: FakeTwilio = {
    url: "",
    messages,
    get lists() {
      return lists;
    },
    fault: () => undefined,
    onRequest: () => {},
    taken(count) {
      const { promise, resolve } = Promise.withResolvers<void>();
      if (messages.length >= count) resolve();
      else waiting.push({ count, resolve });
      return promise;
    },
    async stop() {
      for (const answer of hanging) answer(new Response(null, { status: 503 }));
      await server.shutdown();
    },
  };

  async function handle(request: Request): Promise<Response> {
    const url = new URL(request.url);
    const path = `/2010-04-01/Accounts/${FAKE_ACCOUNT.accountSid}/Messages.json`;
    if (url.pathname !== path) return refusal(404, 20404);
    const expected = `Basic ${btoa(`${FAKE_ACCOUNT.accountSid}:${FAKE_ACCOUNT.authToken}`)}`;
    if (request.headers.get("authorization") !== expected) return refusal(401, 20003);
    if (request.method === "GET") {
      lists++;
      fake.onRequest("list");
      const to = url.searchParams.get("To");
      const found = messages.filter((m) => to === null || m.to === to).toReversed();
      return Response.json({ messages: found.map((m) => shown(m)) });
    }
    const form = new URLSearchParams(await request.text());
    fake.onRequest("create");
    const fault = fake.fault(++attempts, form.get("Body") ?? "");
    if (fault === undefined) {
      const { sid } = take(form);
      fake.onRequest("created");
      return Response.json({ sid, status: "queued" }, { status: 201 });
    }
    if (fault === "hang") return await new Promise((resolve) => hanging.push(resolve));
    if (fault === "take_then_500") {
      take(form);
      return refusal(500, 20500);
    }
    if (fault === "take_then_break") {
      take(form);
      const cut = new ReadableStream({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('{"sid": "SM'));
          controller.error(new Error("closed in the middle of the answer"));
        },
      });
      return new Response(cut, { status: 201, headers: { "content-type": "application/json" } });
    }
    return refusal(fault.status, fault.code ?? 20000 + fault.status, fault.retryAfter);
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen() {}, onError: () => new Response(null) }, handle);
  return Object.defineProperty(fake, "url", { value: `http://127.0.0.1:${server.addr.port}` });
}

function shown(
  { sid, body, to, from, status = "delivered", errorCode = null, dateSent = null }:
    & Omit<FakeMessage, "errorCode" | "dateSent">
    & { errorCode?: number | null; dateSent?: string | null },
) {
  return { sid, body, to, from, status, error_code: errorCode, date_sent: dateSent };
}

function refusal(status: number, code: number, retryAfter?: string): Response {
  const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
  return Response.json({ code, message: `refused with ${status}`, status }, { status, headers });
}

/** As Twilio lists a template's message: its text with the variables filled in. */
function templateBody(variables: string | null): string {
  const values = Object.values(JSON.parse(variables ?? "{}") as Record<string, string>);
  return `On-call alert: ${values.join(" - ")}`;
}
