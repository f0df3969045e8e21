import * as client from "openid-client";
import type { Role } from "../incidents/mod.ts";

/** What another system's sign-in needs to be told. */
export interface OidcOptions {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where the provider sends people back to. */
  readonly redirectUrl: string;
  /** Name of the claim that holds a person's groups. */
  readonly rolesClaim: string;
  /** Which role a group gives; `*` stands for everybody. The highest one counts. */
  readonly roles: Readonly<Record<string, Role>>;
  readonly fetch?: typeof globalThis.fetch;
  readonly nowMs: () => number;
}

/** Who somebody is to the provider. */
export interface OidcPerson {
  /** `issuer subject`, which no other person ever has. */
  readonly subject: string;
  /** What to call the person here. */
  readonly name: string;
  readonly groups: readonly string[];
}

/** A sign-in that cannot be completed; `message` is for the person. */
export class SignInRefused extends Error {
  override name = "SignInRefused";
}

interface Begun {
  readonly verifier: string;
  readonly state: string;
  readonly nonce: string;
  readonly next: string;
  readonly until: number;
}

const PATIENCE_MS = 600_000;
const MOST_BEGUN = 1_000;

/** Sign-in by an OpenID Connect provider: authorization code with PKCE, state and nonce. */
export class Oidc {
  readonly #options: OidcOptions;
  #provider: Promise<client.Configuration> | undefined;
  readonly #begun = new Map<string, Begun>();

  constructor(options: OidcOptions) {
    this.#options = options;
  }

  /** Which role a group gives. */
  get roles(): Readonly<Record<string, Role>> {
    return this.#options.roles;
  }

  /** Where to send the browser, and by what to know it when it comes back. @throws when the provider does not answer. */
  async begin(next: string): Promise<{ readonly url: URL; readonly id: string }> {
    const provider = await this.#discovered();
    const verifier = client.randomPKCECodeVerifier();
    const [id, state, nonce] = [client.randomState(), client.randomState(), client.randomNonce()];
    const now = this.#options.nowMs();
    for (const [key, { until }] of this.#begun) {
      if (until < now || this.#begun.size >= MOST_BEGUN) this.#begun.delete(key);
    }
    this.#begun.set(id, { verifier, state, nonce, next, until: now + PATIENCE_MS });
    const url = client.buildAuthorizationUrl(provider, {
      redirect_uri: this.#options.redirectUrl,
      scope: "openid profile email",
      code_challenge: await client.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    });
    return { url, id };
  }

  /** Who came back, and where to go on to. @throws {SignInRefused} */
  async complete(query: string, id: string): Promise<{ readonly person: OidcPerson; readonly next: string }> {
    const begun = this.#begun.get(id);
    this.#begun.delete(id);
    if (begun === undefined || begun.until < this.#options.nowMs()) {
      throw new SignInRefused("This sign-in was begun too long ago, or in another browser: sign in again.");
    }
    const back = new URL(this.#options.redirectUrl);
    back.search = query;
    try {
      const tokens = await client.authorizationCodeGrant(await this.#discovered(), back, {
        pkceCodeVerifier: begun.verifier,
        expectedState: begun.state,
        expectedNonce: begun.nonce,
        idTokenExpected: true,
      });
      return { person: this.#person(tokens.claims()!), next: begun.next };
    } catch (cause) {
      if (cause instanceof SignInRefused) throw cause;
      const why = cause instanceof client.AuthorizationResponseError
        ? cause.error_description ?? cause.error
        : cause instanceof Error
        ? cause.message
        : String(cause);
      throw new SignInRefused(`The provider's answer was not accepted (${why.slice(0, 200)}): sign in again.`, {
        cause,
      });
    }
  }

  #person(claims: Readonly<Record<string, unknown>> & { readonly iss: string; readonly sub: string }): OidcPerson {
    const text = (name: string) => typeof claims[name] === "string" ? claims[name] as string : undefined;
    const name = (text("preferred_username") ?? text("email") ?? text("name") ?? claims.sub)
      .replaceAll(/[^\p{L}\p{N}._@-]+/gu, "-").replace(/^[^\p{L}\p{N}]+/u, "").slice(0, 64);
    const groups = claims[this.#options.rolesClaim];
    return {
      subject: `${claims.iss} ${claims.sub}`,
      name: name === "" ? "unnamed" : name,
      groups: Array.isArray(groups) ? groups.filter((group) => typeof group === "string") : [],
    };
  }

  /** The provider as it describes itself, asked anew after a failure. */
  #discovered(): Promise<client.Configuration> {
    const { issuer, clientId, clientSecret, fetch } = this.#options;
    // Over plain HTTP only a provider on this machine is asked: for trying out.
    const local = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])[:/]/.test(`${issuer}/`);
    this.#provider ??= client.discovery(new URL(issuer), clientId, clientSecret, undefined, {
      timeout: 10,
      ...(local ? { execute: [client.allowInsecureRequests] } : {}),
      ...(fetch === undefined ? {} : { [client.customFetch]: fetch as client.CustomFetch }),
    }).catch((cause) => {
      this.#provider = undefined;
      throw new SignInRefused("The sign-in provider does not answer: try again soon, or sign in by name.", { cause });
    });
    return this.#provider;
  }
}
