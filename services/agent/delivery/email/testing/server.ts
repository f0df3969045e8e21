import { SMTPServer } from "smtp-server";

/** An e-mail as the server has taken it. */
export interface TakenMail {
  readonly to: string;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string>>;
  /** Everything below the headers, decoded from quoted-printable. */
  readonly body: string;
}

/** A mail server that takes what it is told to. */
export interface TestMailServer {
  readonly url: string;
  readonly mails: TakenMail[];
  /** Refuses a recipient with this code; undefined takes it. */
  refuse: (address: string) => number | undefined;
  stop(): Promise<void>;
}

export const MAIL_USER = "oncall";
export const MAIL_PASSWORD = "a-password-of-a-test";

/** Starts a real SMTP server on a free port of 127.0.0.1. */
export async function startMailServer(): Promise<TestMailServer> {
  const mails: TakenMail[] = [];
  const running: TestMailServer = {
    url: "",
    mails,
    refuse: () => undefined,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ["STARTTLS"],
    allowInsecureAuth: true,
    onAuth(
      auth: { username?: string; password?: string },
      _session: unknown,
      done: (e: Error | null, r?: unknown) => void,
    ) {
      if (auth.username === MAIL_USER && auth.password === MAIL_PASSWORD) return done(null, { user: MAIL_USER });
      done(Object.assign(new Error("wrong user or password"), { responseCode: 535 }));
    },
    onRcptTo({ address }: { address: string }, _session: unknown, done: (error?: Error) => void) {
      const code = running.refuse(address);
      done(code === undefined ? undefined : Object.assign(new Error(`no mail for ${address}`), { responseCode: code }));
    },
    onData(
      stream: AsyncIterable<Uint8Array>,
      session: { envelope: { rcptTo: { address: string }[] } },
      done: () => void,
    ) {
      (async () => {
        let raw = "";
        for await (const chunk of stream) raw += new TextDecoder().decode(chunk);
        mails.push({ to: session.envelope.rcptTo[0]!.address, ...read(raw) });
        done();
      })();
    },
  } as never);
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", resolve);
  await promise;
  const { port } = server.server.address() as { port: number };
  return Object.defineProperty(running, "url", { value: `smtp://127.0.0.1:${port}` });
}

function read(raw: string): Pick<TakenMail, "headers" | "body"> {
  const end = raw.indexOf("\r\n\r\n");
  const lines = raw.slice(0, end).replaceAll(/\r\n[ \t]+/g, " ").split("\r\n");
  const headers = lines.map((
    line,
  ) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]);
  const body = raw.slice(end + 4).replaceAll("=\r\n", "").replaceAll(
    /(?:=[0-9A-F]{2})+/g,
    (bytes) => new TextDecoder().decode(Uint8Array.from(bytes.slice(1).split("="), (hex) => parseInt(hex, 16))),
  );
  return { headers: Object.fromEntries(headers), body };
}
