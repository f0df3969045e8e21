/** `41 %`, `4.2 %`, `0.31 %`. */
export function percent(value: number): string {
  return `${digits(value, value >= 9.95 ? 0 : value >= 0.995 ? 1 : 2)} %`;
}

/** `14.2 requests/s`. */
export function perSecond(value: number, what = "requests"): string {
  return `${digits(value, value >= 99.5 ? 0 : value >= 0.995 ? 1 : 2)} ${what}/s`;
}

/** `640 ms`. */
export function milliseconds(value: number): string {
  return `${digits(value, value >= 10 ? 0 : 1)} ms`;
}

/** `512 MB`. */
export function megabytes(value: number): string {
  return `${digits(value, 0)} MB`;
}

/** `0.97 cores`. */
export function cores(value: number): string {
  return `${digits(value, 2)} cores`;
}

/** `15:04:05 UTC` of an RFC 3339 time. */
export function clock(at: string): string {
  return `${new Date(Math.round(Date.parse(at) / 1000) * 1000).toISOString().slice(11, 19)} UTC`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words[0] ?? "" : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** `1 time`, `3 times`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Text as a quotation that the check finds again. */
export function quoted(text: string, longest = 160): string {
  const plain = text.replaceAll("`", "'").replaceAll(/\s+/g, " ").trim();
  return `\`${plain.length > longest ? `${plain.slice(0, longest)}…` : plain}\``;
}

/** At most `count` decimals; `5`, not `5.00`. */
function digits(value: number, count: number): string {
  return String(Number(value.toFixed(count)));
}
