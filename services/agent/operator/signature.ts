import webhooks from "twilio/lib/webhooks/webhooks.js";

/** A request as it arrived. */
export interface SignedRequest {
  /** `PUBLIC_URL`, path and query exactly as Twilio called them. */
  readonly url: string;
  /** The form-encoded body, as received. */
  readonly body: string;
  /** `X-Twilio-Signature`. */
  readonly signature: string | undefined;
}

/** Whether Twilio, or someone else who has the auth token, sent the request; checked by Twilio's own validator. */
export function isFromTwilio(request: SignedRequest, authToken: string): boolean {
  if (request.signature === undefined || request.signature === "") return false;
  return webhooks.validateRequest(authToken, request.signature, request.url, formFields(request.body));
}

/** A form's fields as the validator wants them: a list where a name stands more than once. */
function formFields(body: string): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of new URLSearchParams(body)) {
    const before = fields[name];
    fields[name] = before === undefined ? value : [before, value].flat();
  }
  return fields;
}

/** Path and query of a request's URL without any normalising, which would change what was signed. */
export function pathAndQuery(url: string): string {
  const origin = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(url)?.[0] ?? "";
  return url.slice(origin.length);
}
