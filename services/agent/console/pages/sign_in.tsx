/** @jsxImportSource hono/jsx */

/** What there is to sign in with. */
export interface SignInWays {
  readonly token: boolean;
  /** Name and password. */
  readonly name: boolean;
  readonly provider: boolean;
}

/** `GET /console/sign-in`. */
export function SignIn({ next, ways, refused }: {
  readonly next: string;
  readonly ways: SignInWays;
  readonly refused?: string | undefined;
}) {
  const described = refused === undefined ? undefined : "refused";
  return (
    <section class="card narrow" aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">Sign in</h1>
      {refused === undefined ? null : <p class="failed" role="alert" id="refused">{refused}</p>}
      {ways.provider
        ? (
          <p>
            <a class="button" href={`/console/oidc?next=${encodeURIComponent(next)}`}>
              Sign in with your company account
            </a>
          </p>
        )
        : null}
      {ways.name
        ? (
          <form method="post" action="/console/sign-in" class="stack">
            <input type="hidden" name="next" value={next} />
            <label for="name">Name</label>
            <input id="name" name="name" autocomplete="username" required />
            <label for="password">Password</label>
            <input
              id="password"
              name="password"
              type="password"
              autocomplete="current-password"
              required
              aria-describedby={described}
            />
            <button type="submit">Sign in</button>
          </form>
        )
        : null}
      {ways.token
        ? (
          <form method="post" action="/console/sign-in" class="stack">
            <p>{ways.name || ways.provider ? "Or enter" : "Enter"} the value of CONSOLE_TOKEN.</p>
            <input type="hidden" name="next" value={next} />
            <label for="token">Token</label>
            <input
              id="token"
              name="token"
              type="password"
              autocomplete="current-password"
              required
              aria-describedby={described}
            />
            <button type="submit">Sign in</button>
          </form>
        )
        : null}
    </section>
  );
}

/** Leads on from the provider's answer by a step of this site's own. */
export function SignedIn({ next }: { readonly next: string }) {
  return (
    <section class="card narrow" aria-labelledby="signed-in-title">
      <meta http-equiv="refresh" content={`0;url=${next}`} />
      <h1 id="signed-in-title">You are signed in</h1>
      <p>
        <a href={next}>Continue</a>
      </p>
    </section>
  );
}
