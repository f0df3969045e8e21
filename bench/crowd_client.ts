/**
 * Connections that keep a server waiting, for {@linkcode benchCrowd}: `crowd_client.ts <port> <count>`. Two seconds
 * go by between two signs of life; a connection that was closed is opened again after a second. Prints, each second, how
 * many are open.
 */
const [port = "0", count = "0"] = Deno.args;
const encoder = new TextEncoder();

/** What each kind sends at first, and then again and again. */
const KINDS = [
  { first: "", then: "" },
  { first: "GET / HTTP/1.1\r\nHost: localhost\r\n", then: "X: y\r\n" },
  {
    first:
      "POST /alerts HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 4000000\r\n\r\n{",
    then: " ",
  },
  // Greedy: asks for more than it is sent at once, and takes nothing of it.
  { first: "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(4), then: "" },
];
let open = 0;

async function hold(kind: (typeof KINDS)[number]): Promise<never> {
  while (true) {
    try {
      using conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
      open++;
      try {
        if (kind.first !== "") await conn.write(encoder.encode(kind.first));
        // What is closed by the other side shows in the next write, or in a read where nothing is written.
        if (kind.first === "") await conn.read(new Uint8Array(1));
        else if (kind.then === "") await new Promise((resolve) => setTimeout(resolve, 30_000));
        else {
          while (true) {
            await new Promise((resolve) => setTimeout(resolve, 2_000));
            await conn.write(encoder.encode(kind.then));
          }
        }
      } finally {
        open--;
      }
    } catch {
      // Refused or closed: again.
    }
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

for (let i = 0; i < Number(count); i++) hold(KINDS[i % KINDS.length]!);
setInterval(() => console.log(open), 1_000);
