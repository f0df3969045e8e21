import { type Access, type Call, refusalOf } from "../lib/access/mod.ts";
import { latin1, type RequestHead } from "../lib/http1/mod.ts";
import { type Answer, errorAnswer } from "./answer.ts";

/** A parsed request as {@linkcode Access} looks at it, while its head is in `buf`. */
export function callOf(head: RequestHead, buf: Uint8Array, address: string): Call {
  const { fields, authority } = head;
  const headers = new Map<string, string>();
  for (let i = 0; i < fields.count; i++) {
    const name = latin1(buf, fields.lineStart[i]!, fields.nameEnd[i]!).toLowerCase();
    const value = latin1(buf, fields.valueStart[i]!, fields.valueEnd[i]!);
    headers.set(name, headers.has(name) ? `${headers.get(name)}, ${value}` : value);
  }
  return { address, host: authority ?? headers.get("host") ?? "", header: (name) => headers.get(name) };
}

/** What somebody gets who may not call an operators' route; undefined for who may. */
export function strangersAnswer(call: Call, access: Access): Answer | undefined {
  const refusal = refusalOf(call, access);
  return refusal && errorAnswer(refusal.status, refusal.code, refusal.message);
}
