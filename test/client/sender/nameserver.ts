import { createSocket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import dnsPacket from "dns-packet";
import { onTestFinished } from "vitest";

/** A name server of a test: it says the same address to every A question, and nothing to others. */
export async function nameServer(address: string): Promise<{ address: string; names: string[] }> {
  const socket = createSocket("udp4");
  const names: string[] = [];
  socket.on("message", (message, { port, address: from }) => {
    const { id, questions = [] } = dnsPacket.decode(message);
    const [question] = questions;
    if (question === undefined) return;
    names.push(`${question.name}.`);
    const answers = question.type === "A" ? [{ type: "A" as const, name: question.name, ttl: 0, data: address }] : [];
    const flags = dnsPacket.AUTHORITATIVE_ANSWER;
    socket.send(
      dnsPacket.encode({ type: "response", ...(id === undefined ? {} : { id }), flags, questions, answers }),
      port,
      from,
    );
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  onTestFinished(() => void socket.close());
  return { address: `127.0.0.1:${(socket.address() as AddressInfo).port}`, names };
}
