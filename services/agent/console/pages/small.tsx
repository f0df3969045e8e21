/** @jsxImportSource hono/jsx */

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
