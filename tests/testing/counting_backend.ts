/**
 * A backend for tests that writes each POST's path to stdout before it answers: `deno run -N=127.0.0.1 … <port>`. What was
 * written survives the process.
 */
const encoder = new TextEncoder();

Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.args[0]), onListen() {} }, async (request) => {
  const { pathname } = new URL(request.url);
  await request.arrayBuffer();
  if (request.method === "POST") Deno.stdout.writeSync(encoder.encode(`${pathname}\n`));
  return new Response("ok");
});
