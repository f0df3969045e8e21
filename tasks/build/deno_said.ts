/** What Deno wrote to stderr before it failed, in one line, without the backtrace of its own inside. */
export function denoSaid(stderr: Uint8Array): string {
  const text = new TextDecoder().decode(stderr).replace(/\n\s*Stack backtrace:[\s\S]*$/, "");
  return text.replace(/^error: /, "").replaceAll(/\s+/g, " ").trim();
}
