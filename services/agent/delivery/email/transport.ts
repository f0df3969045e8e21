import net from "node:net";
import type { Mail } from "./mail.ts";

/** Where mail is handed in. */
export interface MailServer {
  /** `smtps://host:465` or `smtp://host:587`. */
  readonly url: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** The domain that we say we are of. */
  readonly domain: string;
}

/** A mail server's refusal, or why it was not reached. */
export interface MailFailure {
  readonly reason: string;
  /** Another attempt would fail in the same way. */
  readonly permanent: boolean;
  /** The server may have taken it. */
  readonly maybeSent: boolean;
}

interface Transport {
  sendMail(mail: Mail): Promise<unknown>;
  verify(): Promise<unknown>;
  close(): void;
}

const CONNECT_MS = 10_000;
const SILENCE_MS = 15_000;

/** Hands in one e-mail; undefined when the server has taken it. */
export async function sendMail(mail: Mail, server: MailServer): Promise<MailFailure | undefined> {
  return await withTransport(server, (transport) => transport.sendMail(mail));
}

/** Connects, encrypts and signs in, and sends nothing. */
export async function tryServer(server: MailServer): Promise<MailFailure | undefined> {
  return await withTransport(server, (transport) => transport.verify());
}

async function withTransport(
  server: MailServer,
  work: (transport: Transport) => Promise<unknown>,
): Promise<MailFailure | undefined> {
  // Not at the start: most agents send no e-mail.
  const { default: nodemailer } = await import("nodemailer");
  const { protocol, hostname, port } = new URL(server.url);
  const secure = protocol === "smtps:";
  const where = { host: hostname, port: Number(port || (secure ? 465 : 587)) };
  const own = hostname === "localhost" || hostname.startsWith("127.");
  const transport = nodemailer.createTransport({
    ...where,
    // Else it asks for the machine's name, which the agent has no permission to read.
    name: server.domain,
    secure,
    // Without encryption only to this machine.
    requireTLS: !secure && !own,
    ignoreTLS: !secure && own,
    connectionTimeout: CONNECT_MS,
    greetingTimeout: CONNECT_MS,
    socketTimeout: SILENCE_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(server.user === undefined ? {} : { auth: { user: server.user, pass: server.password ?? "" } }),
    // By name, so that the agent's guard over what it reaches sees the name and not an address.
    getSocket: (_options: unknown, done: (error: Error | null, socket?: { connection: net.Socket }) => void) => {
      const connection = net.connect(where);
      connection.setTimeout(
        CONNECT_MS,
        () => connection.destroy(new Error(`no connection within ${CONNECT_MS / 1_000} s`)),
      );
      connection.once("error", done);
      connection.once("connect", () => {
        connection.off("error", done);
        connection.setTimeout(0);
        done(null, { connection });
      });
    },
  } as never) as unknown as Transport;
  try {
    await work(transport);
    return undefined;
  } catch (error) {
    return failureOf(error);
  } finally {
    transport.close();
  }
}

function failureOf(error: unknown): MailFailure {
  const { message, code, command, responseCode, response } = error as {
    message?: string;
    code?: string;
    command?: string;
    responseCode?: number;
    response?: string;
  };
  const said = (response ?? message ?? String(error)).split("\n")[0]!.slice(0, 300);
  if (responseCode !== undefined) {
    const permanent = responseCode >= 500;
    const reason = code === "EAUTH"
      ? `the mail server does not let us in (${responseCode}); check SMTP_USER and SMTP_PASSWORD`
      : `the mail server says ${said}`;
    return { reason, permanent, maybeSent: false };
  }
  // A sign-in or an address that was never sent is refused by ourselves, each time.
  const permanent = code === "EAUTH" || code === "EENVELOPE";
  return { reason: `the mail server cannot be used: ${said}`, permanent, maybeSent: command === "DATA" };
}
