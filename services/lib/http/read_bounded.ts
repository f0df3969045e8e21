/** Text of at most `limit` bytes of a body; the rest is not read. */
export async function readBounded(
  body: ReadableStream<Uint8Array> | null,
  limit: number,
): Promise<{ readonly text: string; readonly cut: boolean }> {
  if (body === null) return { text: "", cut: false };
  const decoder = new TextDecoder();
  const reader = body.getReader();
  const pieces: string[] = [];
  let bytes = 0;
  try {
    while (true) {
      const { done, value } = await reader.read();
      if (done) return { text: pieces.join("") + decoder.decode(), cut: false };
      bytes += value.length;
      if (bytes > limit) return { text: pieces.join(""), cut: true };
      pieces.push(decoder.decode(value, { stream: true }));
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}
