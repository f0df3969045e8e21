import { Access, type Call, foreignPage, isFromPage, unknownHost } from "../../lib/access/mod.ts";
import { ApiError } from "../../lib/http/mod.ts";

const JSON_TYPE = /^\s*(application|text)\/([\w.-]+\+)?json\s*(;|$)/i;
/** A page can send this without asking the agent first, except with a header of the sender's own. */
const SNS_TYPE = "x-amz-sns-message-type";

/**
 * Who may send alerts: holders of `ALERT_TOKEN`; without one, programs of this machine, by a name of the agent's, in JSON.
 * No page may, so that nobody who looks at one opens or ends incidents.
 */
export class SenderCheck {
  readonly #access: Access;
  readonly #token: Access | undefined;

  constructor(access: Access, alertToken: string | undefined) {
    this.#access = access;
    this.#token = alertToken === undefined ? undefined : new Access({ hostname: "", tokens: [alertToken] });
  }

  /** @throws {ApiError} 401, 403 or 415, which say what to do. */
  check(call: Call): void {
    if (this.#token !== undefined) {
      if (this.#token.holdsToken(call)) return;
      throw new ApiError(401, "unauthorized", "Send the ALERT_TOKEN as a bearer token (http_config.authorization).");
    }
    if (isFromPage(call)) throw foreignPage();
    if (!this.#access.knowsHost(call)) throw unknownHost(call);
    if (!this.#access.isLocal(call)) {
      const message = "Only programs of this machine may send alerts: set ALERT_TOKEN, and give it to the sender.";
      throw new ApiError(403, "forbidden", message);
    }
    const type = call.header("content-type");
    if (type !== undefined && !JSON_TYPE.test(type) && call.header(SNS_TYPE) === undefined) {
      throw new ApiError(415, "unsupported_media_type", "Send alerts as JSON, with content-type: application/json.");
    }
  }
}
