/** The least that a server can be: what the executables' start-up and memory are compared with. */
Deno.serve({ hostname: "127.0.0.1", port: Number(Deno.env.get("PORT")), onListen() {} }, () => new Response("ok"));
