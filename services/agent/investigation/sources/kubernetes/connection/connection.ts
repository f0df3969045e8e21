/** Where a cluster's API is and as whom it is read. */
export interface Connection {
  /** What people call it: the context of a kubeconfig, or `in-cluster`. */
  readonly name: string;
  /** Origin and base path, without a slash at its end. */
  readonly server: string;
  /** The namespace of objects that name none. */
  readonly namespace?: string;
  readonly tls: Tls;
  readonly credentials: Credentials;
}

/** PEM texts. */
export interface Tls {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly proxy?: string;
}

/** What a request shows of itself; `header` is asked again after a 401, because tokens on disk are exchanged. */
export interface Credentials {
  readonly kind: "none" | "token" | "token file" | "basic" | "client certificate";
  header(again: boolean): Promise<string | undefined>;
}

export const NO_CREDENTIALS: Credentials = { kind: "none", header: () => Promise.resolve(undefined) };

export function fixedToken(token: string): Credentials {
  return { kind: "token", header: () => Promise.resolve(`Bearer ${token.trim()}`) };
}

export function basicCredentials(username: string, password: string): Credentials {
  const value = `Basic ${new TextEncoder().encode(`${username}:${password}`).toBase64()}`;
  return { kind: "basic", header: () => Promise.resolve(value) };
}

/** How long a token's file is taken as read; the kubelet exchanges it well before it expires. */
const REREAD_MS = 60_000;

/** A token that stands in a file and is exchanged there. */
export function tokenFile(path: string, readText: (path: string) => Promise<string>): Credentials {
  let token: string | undefined;
  let readAt = 0;
  return {
    kind: "token file",
    async header(again) {
      if (token === undefined || again || Date.now() - readAt > REREAD_MS) {
        token = (await readText(path)).trim();
        readAt = Date.now();
      }
      return `Bearer ${token}`;
    },
  };
}
