import type { Proxy } from "./proxy.ts";
import {
  type Body,
  ChunkedBody,
  type HttpProblem,
  LengthBody,
  noBody,
  type Outgoing,
  type RequestHead,
} from "../lib/http1/mod.ts";

/** Methods that may reach a backend twice. */
const REPEATABLE = new Set(["GET", "PUT", "HEAD", "DELETE", "OPTIONS"]);

/** One request as received. */
export class Inbound {
  readonly method: string;
  /** The client speaks HTTP/1.`minor`. */
  readonly minor: number;
  readonly keepAlive: boolean;
  readonly upgrade: boolean;
  /** For the access log; empty without one. */
  readonly target: string;
  readonly body: Body;
  /** Bytes for the backend: the head, and the received body as long as it can be sent again. */
  readonly bytes: Outgoing;
  /** It may be sent to another backend as long as none has answered. */
  movable: boolean;
  /** All of it is sent. */
  uploaded = false;
  /** What is wrong with the body. */
  problem: HttpProblem | undefined;

  /** Takes in `head`, which points into `buf`, from a client whose `X-Forwarded-*` lines are `forwarded`. */
  constructor(proxy: Proxy, head: RequestHead, buf: Uint8Array, forwarded: Uint8Array) {
    this.method = head.method;
    this.minor = head.minor;
    this.keepAlive = head.keepAlive;
    this.upgrade = head.upgrade;
    this.target = proxy.accessLog === undefined ? "" : head.target(buf);
    this.movable = REPEATABLE.has(head.method);
    const { chunked, contentLength } = head.fields;
    this.body = chunked ? new ChunkedBody(true) : contentLength > 0 ? new LengthBody(contentLength) : noBody;
    this.bytes = proxy.buffers.take();
    head.forward(buf, this.bytes, forwarded);
  }
}
