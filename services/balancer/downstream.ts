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
  /** Called when the deadline passes; without it the connection is closed. */
  onExpired: (() => void) | undefined;
  /** Starts to read from the client, to notice when it disconnects. */
  listen(): void;
  /** Sends bytes, within the client's write timeout. */
  send(bytes: Uint8Array): Promise<void>;
  /** Reads more of a request's body, within the client's read timeout. */
  more(): Promise<void>;
  /** Sends a response of the balancer; `keep` permits to keep the connection. Returns whether it is kept. */
  answer(answer: Answer, options: { method: string; minor: number; keep: boolean }): Promise<boolean>;
  close(): void;
}
