import type { Answer } from "./answer.ts";
import type { Deadline } from "./deadline.ts";
import type { Reader } from "../lib/http1/mod.ts";

/** A client's connection, as the exchange on it uses it. */
export interface Downstream {
  readonly conn: Deno.TcpConn;
  readonly reader: Reader;
  /** The client's IP address. */
  readonly address: string;
  readonly deadline: Deadline;
  readonly closed: boolean;
  /** What happens when the watch runs out; without it the connection is closed. */
  onExpired: (() => void) | undefined;
  /** Begins to read what the client sends next, so that its going away is noticed. */
  listen(): void;
  /** Sends bytes, within the time that a client has to take them. */
  send(bytes: Uint8Array): Promise<void>;
  /** Reads more of a request's body, within the time that a client has for it. */
  more(): Promise<void>;
  /** Answers by itself; `keep` tells whether the connection may stay. Tells whether it does. */
  answer(answer: Answer, options: { method: string; minor: number; keep: boolean }): Promise<boolean>;
  close(): void;
}
