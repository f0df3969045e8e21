import { CHUNK_OVERHEAD, Outgoing, reasonPhrase } from "../http1/mod.ts";

/** Where the bytes of an answer go; resolves when the kernel has all of them. */
export type Send = (bytes: Uint8Array) => Promise<void>;

/** What the request says about its answer. */
export interface ResponseFraming {
  /** HEAD gets no body. */
  readonly method: string;
  /** The client speaks HTTP/1.`minor`. */
  readonly minor: number;
  readonly keep: boolean;
}

/** A body of up to this many bytes is sent in one piece, with its length. */
const WHOLE_BYTES = 64 * 1024;
const HEAD_BYTES = 64 * 1024;
const LAST_CHUNK = new TextEncoder().encode("0\r\n\r\n");
/** Fields that frame the message, which the server itself decides. */
const FRAMING = new Set(["connection", "content-length", "transfer-encoding", "keep-alive"]);

/** Writes a response; returns whether the connection can be kept. */
export async function writeResponse(response: Response, send: Send, framing: ResponseFraming): Promise<boolean> {
  const { method, minor, keep } = framing;
  const { status, body } = response;
  const declared = response.headers.get("content-length") ?? undefined;
  if (body === null || method === "HEAD" || status === 204 || status === 304) {
    await body?.cancel();
    const length = status === 204 || status === 304 ? undefined : method === "HEAD" ? declared : "0";
    await send(headOf(response, { keep, minor, length }).view());
    return keep;
  }
  const reader = body.getReader();
  try {
    const pieces: Uint8Array[] = [];
    let size = 0;
    // Event streams are sent at once; everything else is batched.
    while (!isEventStream(response) && size <= WHOLE_BYTES) {
      const { done, value } = await reader.read();
      if (done) return await whole(response, { pieces, size }, send, framing);
      pieces.push(value);
      size += value.length;
    }
    const chunked = declared === undefined && minor > 0;
    const stays = keep && (chunked || declared !== undefined);
    await send(headOf(response, { keep: stays, minor, length: declared, chunked }).view());
    for (const piece of pieces) await send(chunked ? asChunk(piece) : piece);
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      if (next.value.length > 0) await send(chunked ? asChunk(next.value) : next.value);
    }
    if (chunked) await send(LAST_CHUNK);
    return stays;
  } catch (error) {
    await reader.cancel(error).catch(() => {});
    throw error;
  }
}

async function whole(
  response: Response,
  { pieces, size }: { pieces: readonly Uint8Array[]; size: number },
  send: Send,
  { minor, keep }: ResponseFraming,
): Promise<boolean> {
  const out = headOf(response, { keep, minor, length: `${size}` });
  for (const piece of pieces) {
    if (piece.length > out.room) {
      await send(out.view());
      out.clear();
    }
    if (piece.length > out.room) await send(piece);
    else out.copy(piece);
  }
  if (out.length > 0) await send(out.view());
  return keep;
}

function isEventStream(response: Response): boolean {
  return response.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
}

function asChunk(bytes: Uint8Array): Uint8Array {
  const out = new Outgoing(bytes.length + CHUNK_OVERHEAD);
  out.chunk(bytes, 0, bytes.length);
  return out.view();
}

interface Head {
  readonly keep: boolean;
  readonly minor: number;
  readonly length: string | undefined;
  readonly chunked?: boolean;
}

function headOf(response: Response, { keep, minor, length, chunked = false }: Head): Outgoing {
  const out = new Outgoing(1_024, HEAD_BYTES + 2 * WHOLE_BYTES);
  out.text(`HTTP/1.1 ${response.status} ${response.statusText || reasonPhrase(response.status) || "-"}\r\n`);
  for (const [name, value] of response.headers) {
    if (!FRAMING.has(name)) out.text(`${name}: ${value.replaceAll(/[\r\n\0]/g, " ")}\r\n`);
  }
  if (!response.headers.has("date")) out.text(`date: ${httpDate()}\r\n`);
  if (length !== undefined) out.text(`content-length: ${length}\r\n`);
  if (chunked) out.text("transfer-encoding: chunked\r\n");
  if (!keep) out.text("connection: close\r\n");
  else if (minor === 0) out.text("connection: keep-alive\r\n");
  out.text("\r\n");
  return out;
}

const encoder = new TextEncoder();

/** A whole answer of 200 with this JSON. */
export function jsonAnswer(text: string): Uint8Array {
  const bytes = encoder.encode(text);
  const out = new Outgoing(bytes.length + 192);
  out.text(`HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ndate: ${httpDate()}\r\n`);
  out.text(`content-length: ${bytes.length}\r\n\r\n`);
  out.copy(bytes);
  return out.view();
}

let dateAt = 0;
let dateText = "";

/** The time in the form of HTTP, made once a second. */
function httpDate(): string {
  const now = Date.now();
  if (now - dateAt >= 1_000 || now < dateAt) {
    dateAt = now - (now % 1_000);
    dateText = new Date(now).toUTCString();
  }
  return dateText;
}
