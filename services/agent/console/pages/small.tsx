/** @jsxImportSource hono/jsx */

/** `GET /console/sign-in`. */
export function SignIn({ next, refused }: { next: string; refused?: string | undefined }) {
  return (
    <section class="card narrow" aria-labelledby="sign-in-title">
      <h1 id="sign-in-title">Sign in</h1>
      <p>Enter the value of CONSOLE_TOKEN.</p>
      {refused === undefined ? null : <p class="failed" role="alert" id="refused">{refused}</p>}
      <form method="post" action="/console/sign-in" class="stack">
        <input type="hidden" name="next" value={next} />
        <label for="token">Token</label>
        <input
          id="token"
          name="token"
          type="password"
          autocomplete="current-password"
          required
          aria-describedby={refused === undefined ? undefined : "refused"}
        />
        <button type="submit">Sign in</button>
      </form>
    </section>
  );
}

/** What is shown instead of a page that cannot be. */
export function Problem({ title, text }: { title: string; text: string }) {
  return (
    <section class="card narrow" aria-labelledby="problem-title">
      <h1 id="problem-title">{title}</h1>
      <p>{text}</p>
      <p>
        <a href="/">Overview</a> · <a href="/incidents">Incidents</a>
      </p>
    </section>
  );
}
