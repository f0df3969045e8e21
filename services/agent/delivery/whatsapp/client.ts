import { Buffer } from "node:buffer";
import { MessageListInstance } from "twilio/lib/rest/api/v2010/account/message.js";
import Version from "twilio/lib/base/Version.js";
import { type Answer, jsonOf, type Outgoing, request } from "../outgoing.ts";

/** Where Twilio is and who we are there. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Base URL without a trailing slash, e.g. `https://api.twilio.com`. */
  readonly baseUrl: string;
}

/** A request of Twilio's SDK, as its `Version` hands it on. */
interface SdkRequest {
  readonly uri: string;
  readonly method: string;
  readonly data?: Readonly<Record<string, unknown>>;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call that did not end in 2xx; `answer` is what came back instead. */
export class TwilioRefusal extends Error {
  override name = "TwilioRefusal";

  constructor(readonly answer: Answer) {
    super(answer.kind === "silence" ? answer.reason : refusalText(answer.status, jsonOf(answer.body)));
  }

  /** Twilio's own error code, e.g. 63016; undefined when it gave none. */
  get code(): number | undefined {
    const body = this.answer.kind === "answer" ? jsonOf(this.answer.body) as { code?: unknown } | undefined : undefined;
    return typeof body?.code === "number" ? body.code : undefined;
  }
}

/**
 * Twilio's `messages` resource over our own transport. The SDK's resource classes build the requests; its own HTTP client
 * is left out: it costs a quarter of a second at each start, and looks for agents and proxies in the environment.
 */
export function twilioMessages(
  account: TwilioAccount,
  outgoing: Outgoing,
): ReturnType<typeof MessageListInstance> {
  const { accountSid, authToken, baseUrl } = account;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString("base64")}`;
  const domain = {
    async request(sdk: SdkRequest) {
      const query = sdk.params === undefined ? "" : `?${form(sdk.params)}`;
      const init: Parameters<typeof request>[1] = {
        method: sdk.method.toUpperCase(),
        headers: { ...sdk.headers, authorization },
        ...(sdk.data === undefined ? {} : { body: form(sdk.data).toString() }),
      };
      const answer = await request(`${baseUrl}/${sdk.uri}${query}`, init, outgoing);
      if (answer.kind === "silence" || answer.status < 200 || answer.status > 299) throw new TwilioRefusal(answer);
      return { statusCode: answer.status, body: answer.body, headers: {} };
    },
  };
  type Domain = ConstructorParameters<typeof Version.default>[0];
  const version = new Version.default(domain as unknown as Domain, "2010-04-01");
  return MessageListInstance(version as Parameters<typeof MessageListInstance>[0], accountSid);
}

function form(fields: Readonly<Record<string, unknown>>): URLSearchParams {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
  return new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]));
}

function refusalText(status: number, body: unknown): string {
  const { message, code } = (body ?? {}) as { message?: unknown; code?: unknown };
  const said = typeof message === "string" ? `: ${message.slice(0, 300)}` : "";
  return `Twilio answered ${status}${said}${typeof code === "number" ? ` (error ${code})` : ""}`;
}
