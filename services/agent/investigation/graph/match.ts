import { kindByName, type Peer, type PeerKind, peerText } from "../dependencies/mod.ts";
import type { Node } from "./graph.ts";

/** Parts of a host's name that say where or how it runs, not what it is. */
const AFFIX =
  /^(?:svc|service|srv|api|app|server|http|https|grpc|web|www|prod|production|staging|stage|stg|dev|test|qa|live|internal|int|ext|public|private|headless|primary|master|leader|main|rw|ro|replica|cluster|local|lb|vip|be|bk|backend|upstream|pool|v\d+|\d+|(?:eu|us|ap|sa|ca|uk|de|fr|nl|jp|cn|az|zone|region)\d*|default|pod|host|node|container)$/;

/** The words of a name, without those that say where it runs; `PaymentsService` and `payments-svc-1` are `payments`. */
function wordsOf(name: string): string[] {
  const words = name.replaceAll(/([a-z\d])([A-Z])/g, "$1-$2").toLowerCase().split(/[^a-z0-9]+/).filter((word) =>
    word !== ""
  );
  const telling = words.filter((word) => !AFFIX.test(word));
  return telling.length > 0 ? telling : words;
}

/** The first label of a host's name, which says what it is; all of a name that is no host's. */
function labelOf(host: string): string {
  const mesh = /^(?:outbound|inbound)\|\d*\|[^|]*\|(.+)$/.exec(host)?.[1] ?? host;
  return mesh.split(".")[0]!;
}

function isAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.includes(":") || host === "localhost";
}

/** Which node the other side of a call is; undefined where none is known to be it. */
export function nodeOf(nodes: readonly Node[], peer: Peer): Node | undefined {
  const full = peerText(peer).toLowerCase();
  const host = peer.host.toLowerCase();
  const has = (node: Node, test: (address: string) => boolean) => node.addresses.some((one) => test(one.toLowerCase()));
  const exact = nodes.find((node) => has(node, (address) => same(address, full)));
  if (exact !== undefined) return exact;
  // A host alone stands for every port of it, and a loopback address for every service there.
  const onHost = isLoopback(host)
    ? []
    : nodes.filter((node) =>
      has(node, (address) => same(address, host) || (peer.port === null && hostOf(address) === host))
    );
  if (onHost.length === 1) return onHost[0];
  return isAddress(host) ? byPort(nodes, peer) : byName(nodes, peer.host);
}

function same(address: string, wanted: string): boolean {
  if (!address.includes("*")) return address === wanted;
  const [before = "", after = ""] = address.split("*", 2);
  return wanted.length >= before.length + after.length && wanted.startsWith(before) && wanted.endsWith(after);
}

function hostOf(address: string): string {
  return address.replace(/:\d+$/, "");
}

function isLoopback(host: string): boolean {
  return /^(?:127\.|localhost$|::1$|0\.0\.0\.0$)/.test(host);
}

/** Addresses that networks of containers give away; one of the Internet tells nothing by its port. */
function isPrivate(host: string): boolean {
  return /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|100\.(?:6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.|f[cd][\da-f]{2}:)/
    .test(host);
}

/** Where no other service listens on a port, it says which one it is; containers change their addresses. */
function byPort(nodes: readonly Node[], { host, port }: Peer): Node | undefined {
  if (port === null || !isPrivate(host)) return undefined;
  const found = nodes.filter(({ addresses }) => addresses.some((one) => one.endsWith(`:${port}`)));
  return found.length === 1 ? found[0] : undefined;
}

function byName(nodes: readonly Node[], printed: string): Node | undefined {
  const host = printed.toLowerCase();
  const words = wordsOf(labelOf(printed));
  const joined = words.join("");
  const equal = nodes.find(({ name }) => name.toLowerCase() === host || wordsOf(name).join("") === joined);
  if (equal !== undefined) return equal;
  const store = kindByName(host);
  // `orders-db` is a database of orders, and not orders.
  const ofKind = nodes.filter((node) => isStore(store) ? node.kind === store : !isStore(node.kind));
  const within = ofKind.filter(({ name }) => {
    const own = wordsOf(name);
    return own.every((word) => words.includes(word)) ||
      (isStore(store) && own.length > 1 && words.every((word) => own.includes(word))) ||
      (isStore(store) && isOfSame(own, words));
  });
  if (within.length === 1) return within[0];
  // The only database that there is, under a product's name: `postgres` for `database`.
  return isStore(store) && words.length === 1 && ofKind.length === 1 && kindByName(words[0]!) === store
    ? ofKind[0]
    : undefined;
}

/** `orders-db` and `orders-postgres`: one store of orders, by what it is and by its product. */
function isOfSame(one: readonly string[], other: readonly string[]): boolean {
  const [a, b] = [one, other].map((words) => words.filter((word) => kindByName(word) === null).join("-"));
  return a !== "" && a === b;
}

function isStore(kind: PeerKind | null): boolean {
  return kind !== null && kind !== "service";
}
