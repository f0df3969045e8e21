/** How far an address reaches: a name that once was of the public net must not suddenly be of the own one. */
export type Reach = "loopback" | "private" | "public";

/** What is never reached, in IPv4: prefix, its length, and what it is called. */
const REFUSED_V4: readonly (readonly [prefix: string, bits: number, what: string])[] = [
  ["169.254.0.0", 16, "a link-local address, where clouds hand out credentials"],
  ["100.100.100.200", 32, "a cloud's metadata address"],
  ["168.63.129.16", 32, "a cloud's metadata address"],
  ["192.0.0.192", 32, "a cloud's metadata address"],
  ["0.0.0.0", 8, "no address of a server"],
  ["224.0.0.0", 4, "a multicast address"],
  ["240.0.0.0", 4, "no address of a server"],
];
const REFUSED_V6: readonly (readonly [prefix: string, bits: number, what: string])[] = [
  ["fe80::", 10, "a link-local address"],
  ["fd00:ec2::254", 128, "a cloud's metadata address"],
  ["fd20:ce::254", 128, "a cloud's metadata address"],
  ["::", 128, "no address of a server"],
  ["ff00::", 8, "a multicast address"],
];
const PRIVATE_V4: readonly (readonly [prefix: string, bits: number])[] = [
  ["10.0.0.0", 8],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
  ["100.64.0.0", 10],
  ["198.18.0.0", 15],
];
/** IPv6 prefixes that carry an IPv4 address in their last or later bits: prefix, its length, where the address begins. */
const CARRIERS: readonly (readonly [prefix: string, bits: number, at: number])[] = [
  ["::ffff:0:0", 96, 12],
  ["::ffff:0:0:0", 96, 12],
  ["64:ff9b::", 96, 12],
  ["64:ff9b:1::", 48, 12],
  ["2002::", 16, 2],
  ["::", 96, 12],
];

/** Whether a text is an IP address; a v6 one may stand in brackets. */
export function isAddress(text: string): boolean {
  return bytesOf(text) !== null;
}

/** Why an address is never reached, whatever the configuration says; null where it may be. */
export function refusalOf(address: string): string | null {
  const bytes = bytesOf(address);
  if (bytes === null) return "not an address";
  const table = bytes.length === 4 ? REFUSED_V4 : REFUSED_V6;
  // `::1` is in the range of the old form `::1.2.3.4`, and none of it.
  if (isLoopback(bytes)) return null;
  const found = table.find(([prefix, bits]) => isIn(bytes, prefix, bits));
  if (found !== undefined) return found[2];
  const inner = carried(bytes);
  return inner === null ? null : refusalOf(inner);
}

/** How far an address reaches. */
export function reachOf(address: string): Reach {
  const bytes = bytesOf(address);
  if (bytes === null) return "public";
  if (isLoopback(bytes)) return "loopback";
  if (bytes.length === 4) return PRIVATE_V4.some(([prefix, bits]) => isIn(bytes, prefix, bits)) ? "private" : "public";
  const inner = carried(bytes);
  if (inner !== null) return reachOf(inner);
  return isIn(bytes, "fc00::", 7) || isIn(bytes, "fec0::", 10) ? "private" : "public";
}

function isLoopback(bytes: Uint8Array): boolean {
  if (bytes.length === 4) return bytes[0] === 127;
  return bytes.every((byte, index) => byte === (index === 15 ? 1 : 0));
}

function carried(bytes: Uint8Array): string | null {
  if (bytes.length !== 16) return null;
  const found = CARRIERS.find(([prefix, bits]) => isIn(bytes, prefix, bits));
  return found === undefined ? null : bytes.slice(found[2], found[2] + 4).join(".");
}

function isIn(bytes: Uint8Array, prefix: string, bits: number): boolean {
  const wanted = bytesOf(prefix)!;
  if (wanted.length !== bytes.length) return false;
  for (let bit = 0; bit < bits; bit += 8) {
    const mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
    if ((bytes[bit / 8]! & mask) !== (wanted[bit / 8]! & mask)) return false;
  }
  return true;
}

/** Four or sixteen bytes; null for what is no address. */
function bytesOf(text: string): Uint8Array | null {
  const bare = text.replace(/^\[(.{1,60})\]$/, "$1").replace(/%\w{1,20}$/, "");
  return bare.includes(":") ? v6(bare) : v4(bare);
}

function v4(text: string): Uint8Array | null {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return null;
  return Uint8Array.from(parts, Number);
}

function v6(text: string): Uint8Array | null {
  const tail = text.includes(".") ? v4(text.slice(text.lastIndexOf(":") + 1)) : undefined;
  if (tail === null) return null;
  const plain = tail === undefined
    ? text
    : `${text.slice(0, text.lastIndexOf(":") + 1)}${word(tail[0]!, tail[1]!)}:${word(tail[2]!, tail[3]!)}`;
  const halves = plain.split("::");
  if (halves.length > 2) return null;
  const [head, rest] = halves.map((half) => half === "" ? [] : half.split(":"));
  const missing = 8 - head!.length - (rest?.length ?? 0);
  if (rest === undefined ? missing !== 0 : missing < 1) return null;
  const words = [...head!, ...Array(rest === undefined ? 0 : missing).fill("0"), ...(rest ?? [])];
  if (!words.every((one) => /^[0-9a-fA-F]{1,4}$/.test(one))) return null;
  return Uint8Array.from(words.flatMap((one) => [parseInt(one, 16) >> 8, parseInt(one, 16) & 0xff]));
}

function word(high: number, low: number): string {
  return (high << 8 | low).toString(16);
}
