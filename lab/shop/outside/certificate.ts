/** Certificates for TLS on loopback, made with nothing but the platform's own cryptography. */

/** A certificate and its key as PEM. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** An authority, and certificates for 127.0.0.1 that it signs. */
export interface Authority {
  /** The authority's own certificate as PEM. */
  readonly cert: string;
  issue(valid: { readonly from: Date; readonly until: Date }): Promise<Certificate>;
}

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256" } as const;
const DAY = 86_400_000;

/** A new authority of its own. */
export async function createAuthority(now = new Date()): Promise<Authority> {
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const issuer = nameOf("Acquirer Root");
  const id = await keyId(keys.publicKey);
  const valid = { from: new Date(now.getTime() - 300 * DAY), until: new Date(now.getTime() + 300 * DAY) };
  const own = await certificate({
    issuer,
    subject: issuer,
    valid,
    publicKey: keys.publicKey,
    signer: keys.privateKey,
    extensions: [
      extension([85, 29, 19], true, der(0x30, der(1, [255]))),
      extension([85, 29, 15], true, der(3, [1, 0x06])),
      extension([85, 29, 14], false, der(4, id)),
    ],
  });
  return {
    cert: pem("CERTIFICATE", own),
    async issue(valid) {
      const server = await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const made = await certificate({
        issuer,
        subject: nameOf("api.acquirer.example"),
        valid,
        publicKey: server.publicKey,
        signer: keys.privateKey,
        extensions: [
          extension([85, 29, 17], false, der(0x30, der(0x87, [127, 0, 0, 1]))),
          extension([85, 29, 15], true, der(3, [7, 0x80])),
          extension([85, 29, 14], false, der(4, await keyId(server.publicKey))),
          extension([85, 29, 35], false, der(0x30, der(0x80, id))),
        ],
      });
      const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", server.privateKey));
      return { cert: pem("CERTIFICATE", made), key: pem("PRIVATE KEY", key) };
    },
  };
}

interface Contents {
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly valid: { readonly from: Date; readonly until: Date };
  readonly publicKey: CryptoKey;
  readonly signer: CryptoKey;
  readonly extensions: readonly Uint8Array[];
}

async function certificate(contents: Contents): Promise<Uint8Array> {
  const { issuer, subject, valid, publicKey, signer, extensions } = contents;
  const algorithm = der(0x30, oid([42, 134, 72, 206, 61, 4, 3, 2]));
  const serial = crypto.getRandomValues(new Uint8Array(8));
  serial[0] = serial[0]! & 0x7f | 0x40;
  const body = der(
    0x30,
    der(0xa0, der(2, [2])),
    der(2, serial),
    algorithm,
    issuer,
    der(0x30, time(valid.from), time(valid.until)),
    subject,
    new Uint8Array(await crypto.subtle.exportKey("spki", publicKey)),
    der(0xa3, der(0x30, ...extensions)),
  );
  const raw = new Uint8Array(
    await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, signer, new Uint8Array(body)),
  );
  const signature = der(0x30, der(2, positive(raw.subarray(0, 32))), der(2, positive(raw.subarray(32))));
  return der(0x30, body, algorithm, der(3, [0], signature));
}

async function keyId(key: CryptoKey): Promise<Uint8Array> {
  return new Uint8Array(await crypto.subtle.digest("SHA-1", await crypto.subtle.exportKey("spki", key)));
}

function nameOf(common: string): Uint8Array {
  return der(0x30, der(0x31, der(0x30, oid([85, 4, 3]), der(0x0c, new TextEncoder().encode(common)))));
}

function extension(id: readonly number[], critical: boolean, value: Uint8Array): Uint8Array {
  return der(0x30, oid(id), ...(critical ? [der(1, [255])] : []), der(4, value));
}

function time(at: Date): Uint8Array {
  return der(0x17, new TextEncoder().encode(`${at.toISOString().slice(2, 19).replaceAll(/[-T:]/g, "")}Z`));
}

/** The bytes of an object identifier as they are encoded. */
function oid(bytes: readonly number[]): Uint8Array {
  return der(6, bytes);
}

function positive(bytes: Uint8Array): Uint8Array {
  const from = Math.max(0, bytes.findIndex((byte) => byte !== 0));
  const short = bytes.subarray(from);
  return short[0]! >= 0x80 ? new Uint8Array([0, ...short]) : short;
}

function der(tag: number, ...parts: readonly (Uint8Array | readonly number[])[]): Uint8Array {
  const body = parts.flatMap((part) => [...part]);
  const { length } = body;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return new Uint8Array([tag, ...size, ...body]);
}

function pem(label: string, bytes: Uint8Array): string {
  const lines = btoa(String.fromCharCode(...bytes)).match(/.{1,64}/g)!;
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
}
