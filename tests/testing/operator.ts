import webhooks from "twilio/lib/webhooks/webhooks.js";
import { type RunningAlertmanager, startAlertmanager } from "./alertmanager.ts";
import { startAgent, type Surroundings, surroundings } from "./agent.ts";
import type { StartedRole } from "./executables.ts";
import { FAKE_JIRA, type FakeJira, startFakeJira } from "./fake_jira.ts";
import { FAKE_ACCOUNT, type FakeMessage } from "./fake_twilio.ts";
import { tempFolder } from "./folders.ts";

/** An agent between a real Alertmanager, a Twilio and a Jira that count, and an operator's phone. */
export interface Duty extends AsyncDisposable {
  readonly around: Surroundings;
  readonly jira: FakeJira;
  readonly alertmanager: RunningAlertmanager;
  /** The address under which Alertmanager and Twilio reach the agent, whichever process that is. */
  readonly door: string;
  /** The agent that runs now. */
  readonly agent: StartedRole;
  /** Kills the agent with SIGKILL and starts another on the same store. */
  restart(): Promise<void>;
  /** Sends a reply as Twilio does, with the same MessageSid as often as `times` says; the answers' statuses. */
  reply(text: string, options?: { readonly times?: number; readonly sid?: string }): Promise<number[]>;
  /** Says as Twilio does what became of a message of ours; the answer's status. */
  status(of: FakeMessage, fields: Readonly<Record<string, string>>): Promise<number>;
  /** Bodies of what has reached the phone. */
  phone(): string[];
}

/** Starts everything that an operator's loop needs, on free ports. */
export async function onDuty(): Promise<Duty> {
  const around = await surroundings();
  const jira = startFakeJira();
  const folder = await tempFolder();
  let agent: StartedRole | undefined;
  let replies = 0;

  const front = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, async (request) => {
    const { pathname, search } = new URL(request.url);
    const body = await request.arrayBuffer();
    try {
      const answer = await fetch(`${agent?.url}${pathname}${search}`, {
        method: request.method,
        headers: request.headers,
        ...(body.byteLength === 0 ? {} : { body: new Blob([body]) }),
      });
      return new Response(await answer.arrayBuffer(), { status: answer.status });
    } catch {
      return new Response("the agent is away", { status: 502 });
    }
  });
  const door = `http://127.0.0.1:${front.addr.port}`;
  const alertmanager = await startAlertmanager(`${door}/alerts`);
  const env = {
    ALERTMANAGER_URL: alertmanager.url,
    PUBLIC_URL: door,
    JIRA_URL: jira.url,
    JIRA_EMAIL: FAKE_JIRA.email,
    JIRA_API_TOKEN: FAKE_JIRA.apiToken,
    JIRA_PROJECT_KEY: FAKE_JIRA.project,
    JIRA_RESOLVE_TRANSITION: "Done",
    TWILIO_CONTENT_SID: `HX${"a".repeat(32)}`,
  };
  const start = () => startAgent(around, { cwd: folder.path, env });
  agent = await start();
  return {
    around,
    jira,
    alertmanager,
    door,
    get agent() {
      return agent!;
    },
    async restart() {
      agent!.kill("SIGKILL");
      await agent!.stop();
      agent = await start();
    },
    async reply(text, { times = 1, sid = `SM${String(++replies).padStart(32, "0")}` } = {}) {
      const form = new URLSearchParams({
        MessageSid: sid,
        AccountSid: FAKE_ACCOUNT.accountSid,
        From: `whatsapp:${FAKE_ACCOUNT.to}`,
        To: `whatsapp:${FAKE_ACCOUNT.from}`,
        Body: text,
        NumMedia: "0",
      });
      return await Promise.all(Array.from({ length: times }, () => post(`${door}/webhook/twilio`, form)));
    },
    status: (of, fields) =>
      post(
        of.statusCallback!,
        new URLSearchParams({ MessageSid: of.sid, AccountSid: FAKE_ACCOUNT.accountSid, ...fields }),
      ),
    phone: () => around.twilio.messages.map((message) => message.body),
    async [Symbol.asyncDispose]() {
      await alertmanager.stop();
      await agent!.stop();
      await front.shutdown();
      await jira.stop();
      await around[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** Posts a form signed as Twilio signs it; the answer's status. */
async function post(url: string, form: URLSearchParams): Promise<number> {
  const signature = webhooks.getExpectedTwilioSignature(FAKE_ACCOUNT.authToken, url, Object.fromEntries(form));
  const headers = { "content-type": "application/x-www-form-urlencoded", "x-twilio-signature": signature };
  const response = await fetch(url, { method: "POST", headers, body: form.toString() });
  await response.body?.cancel();
  return response.status;
}
