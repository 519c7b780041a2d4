import type { Endpoint } from "../endpoint.ts";
import type { Answerer } from "./gate.ts";
import type { SourcePrefix } from "./source.ts";
import { TcpServer } from "./tcp.ts";
import { TCP_LIMITS, type TcpLimits } from "./tcplimits.ts";
import { type Sharing, UdpServer } from "./udp.ts";

/** How often another port is tried when the system chose one for UDP whose twin for TCP is taken. */
const ATTEMPTS = 10;

/** DNS on one endpoint, UDP and TCP. */
export interface DnsListener {
  readonly port: number;
  readonly servers: readonly [UdpServer, TcpServer];
}

/**
 * Listens for DNS on an endpoint, UDP and TCP on the same port.
 *
 * @param prefix tells sources apart for the cap on connections.
 * @throws the system's error when the endpoint cannot be bound.
 */
export async function listenDns(
  endpoint: Endpoint,
  gate: Answerer,
  prefix: SourcePrefix,
  limits: TcpLimits = TCP_LIMITS,
  sharing: Sharing = {},
): Promise<DnsListener> {
  for (let attempt = 1; ; attempt++) {
    const udp = await UdpServer.listen(endpoint, gate, sharing);
    const { port } = udp;
    try {
      return { port, servers: [udp, await TcpServer.listen({ ...endpoint, port }, gate, prefix, limits, sharing)] };
    } catch (error) {
      await udp.close();
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (endpoint.port !== 0 || !taken || attempt === ATTEMPTS) throw error;
    }
  }
}
