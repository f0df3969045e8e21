/** A message as the fake Slack keeps it. */
export interface FakePost {
  readonly channel: string;
  readonly ts: string;
  readonly text: string;
  readonly thread_ts?: string;
  readonly blocks?: readonly Record<string, unknown>[];
  readonly metadata?: unknown;
}

/** A Slack that counts: takes messages, holds Socket Mode connections, and fails as told. */
export interface FakeSlack {
  readonly url: string;
  readonly posts: FakePost[];
  /** How often each method was called. */
  readonly calls: Record<string, number>;
  /** Envelopes that were acknowledged. */
  readonly acked: string[];
  /** Decides each call; undefined takes it. */
  fault: (method: string) => { status?: number; error?: string; retryAfter?: string; taken?: boolean } | undefined;
  /** Connections that are open now. */
  readonly sockets: Set<WebSocket>;
  /** Sends a frame on every open connection. */
  push(frame: unknown): void;
  stop(): Promise<void>;
}

export const FAKE_BOT_TOKEN = "fake-bot-token-of-a-test";
export const FAKE_APP_TOKEN = "fake-app-token-of-a-test";

/** Starts a fake Slack on a free port of 127.0.0.1. */
export function startFakeSlack(): FakeSlack {
  const posts: FakePost[] = [];
  const calls: Record<string, number> = {};
  const acked: string[] = [];
  const sockets = new Set<WebSocket>();
  const fake: FakeSlack = {
    url: "",
    posts,
    calls,
    acked,
    sockets,
    fault: () => undefined,
    push(frame) {
      for (const socket of sockets) socket.send(JSON.stringify(frame));
    },
    async stop() {
      for (const socket of sockets) socket.close();
      await server.shutdown();
    },
  };

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    if (pathname === "/link") return connect(request);
    const method = pathname.replace("/api/", "");
    calls[method] = (calls[method] ?? 0) + 1;
    const wanted = method === "apps.connections.open" ? FAKE_APP_TOKEN : FAKE_BOT_TOKEN;
    const body = await request.json();
    if (request.headers.get("authorization") !== `Bearer ${wanted}`) return refusal("invalid_auth");
    const fault = fake.fault(method);
    if (fault !== undefined) {
      if (fault.taken) take(body);
      const headers = fault.retryAfter === undefined ? undefined : { "retry-after": fault.retryAfter };
      return Response.json({ ok: false, error: fault.error ?? "ratelimited" }, {
        status: fault.status ?? 200,
        ...(headers === undefined ? {} : { headers }),
      });
    }
    switch (method) {
      case "chat.postMessage": {
        const post = take(body);
        return Response.json({
          ok: true,
          channel: post.channel,
          ts: post.ts,
          message: { type: "message", ts: post.ts },
        });
      }
      case "conversations.history":
      case "conversations.replies":
        return Response.json({
          ok: true,
          messages: posts.filter((post) => post.channel === body.channel).toReversed(),
        });
      case "auth.test":
        return Response.json({
          ok: true,
          url: "https://x.example",
          team: "Example",
          user: "oncall",
          team_id: "T0",
          user_id: "U0",
        });
      case "apps.connections.open":
        return Response.json({ ok: true, url: `${fake.url.replace("http", "ws")}/link?ticket=t` });
      default:
        return refusal("unknown_method");
    }
  }

  function take(body: Omit<FakePost, "ts">): FakePost {
    // A message to a person is posted in the conversation with that person.
    const channel = body.channel.replace(/^U/, "D");
    const post = { ...body, channel, ts: `1764327000.${String(posts.length + 1).padStart(6, "0")}` };
    posts.push(post);
    return post;
  }

  function connect(request: Request): Response {
    const { socket, response } = Deno.upgradeWebSocket(request);
    socket.onopen = () => {
      sockets.add(socket);
      socket.send(JSON.stringify({ type: "hello", num_connections: sockets.size }));
    };
    socket.onmessage = ({ data }) => void acked.push(JSON.parse(data).envelope_id);
    socket.onclose = () => void sockets.delete(socket);
    return response;
  }

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, handle);
  return Object.defineProperty(fake, "url", { value: `http://127.0.0.1:${server.addr.port}` });
}

function refusal(error: string): Response {
  return Response.json({ ok: false, error });
}

/** A person's message in a thread, as Socket Mode brings it. */
export function messageFrame(
  text: string,
  { user, channel = "C0123456789", thread, ts, ...more }: {
    readonly user: string;
    readonly channel?: string;
    readonly thread?: string;
    readonly ts: string;
    readonly [field: string]: unknown;
  },
): Record<string, unknown> & { readonly envelope_id: string } {
  const event = {
    type: "message",
    channel,
    channel_type: "channel",
    user,
    text,
    ts,
    event_ts: ts,
    ...(thread === undefined ? {} : { thread_ts: thread }),
    ...more,
  };
  const payload = {
    type: "event_callback",
    team_id: "T0",
    api_app_id: "A0",
    event,
    event_id: `Ev${ts}`,
    event_time: 1,
  };
  return { type: "events_api", envelope_id: crypto.randomUUID(), accepts_response_payload: false, payload };
}

/** A press of a button of one of our messages. */
export function pressFrame(
  post: FakePost,
  value: string,
  user: string,
): Record<string, unknown> & { readonly envelope_id: string } {
  const block = post.blocks?.find((one) => one.type === "actions");
  const actions = [{
    type: "button",
    block_id: block?.block_id,
    action_id: "oncall_x",
    action_ts: "1764327100.000001",
    value,
  }];
  const container = { type: "message", message_ts: post.ts, channel_id: post.channel };
  const payload = {
    type: "block_actions",
    user: { id: user, username: user },
    channel: { id: post.channel, name: "x" },
    container,
    actions,
  };
  return { type: "interactive", envelope_id: crypto.randomUUID(), accepts_response_payload: false, payload };
}
