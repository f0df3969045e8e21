import { type Outgoing, reasonPhrase } from "../lib/http1/mod.ts";

/** An answer that the balancer gives itself. */
export interface Answer {
  readonly status: number;
  readonly headers: Iterable<readonly [name: string, value: string]>;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();

/** An error as every role gives it: `{error, message, …details}`. */
export function errorAnswer(
  status: number,
  code: string,
  message: string,
  details: Readonly<Record<string, unknown>> = {},
): Answer {
  const body = encoder.encode(JSON.stringify({ error: code, message, ...details }));
  return { status, headers: [["content-type", "application/json"]], body };
}

/** A Hono response with its complete body. */
export async function toAnswer(response: Response): Promise<Answer> {
  return { status: response.status, headers: response.headers, body: new Uint8Array(await response.arrayBuffer()) };
}

/** Appends the head of `answer`. */
export function answerHead(answer: Answer, connection: "default" | "close" | "keep-alive", out: Outgoing): void {
  out.text(`HTTP/1.1 ${answer.status} ${reasonPhrase(answer.status) ?? (answer.status < 300 ? "OK" : "Error")}\r\n`);
  for (const [name, value] of answer.headers) out.text(`${name}: ${value}\r\n`);
  out.text(`content-length: ${answer.body.length}\r\n`);
  if (connection !== "default") out.text(`connection: ${connection}\r\n`);
  out.text("\r\n");
}
