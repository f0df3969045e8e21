import type { Origin, Socket } from "./connection.ts";

/** Opens a socket to `origin`; of `localhost`, the IPv4 address is tried when the IPv6 one refuses. */
export async function openSocket(origin: Origin): Promise<Socket> {
  const { hostname, port, tls } = origin;
  if (tls) return await Deno.connectTls({ hostname, port, alpnProtocols: ["http/1.1"] });
  const socket = await connectTcp(hostname, port);
  socket.setNoDelay(true);
  return socket;
}

async function connectTcp(hostname: string, port: number): Promise<Deno.TcpConn> {
  if (hostname !== "localhost") return await Deno.connect({ hostname, port });
  // Servers bind 127.0.0.1 by default; `localhost` names ::1 too, and only its first address would be tried.
  try {
    return await Deno.connect({ hostname: "127.0.0.1", port });
  } catch (error) {
    if (!(error instanceof Deno.errors.ConnectionRefused)) throw error;
    return await Deno.connect({ hostname, port });
  }
}
