import { createSocket } from "node:dgram";
import { connect, createServer } from "node:net";

/**
 * A name server that passes questions on to a real one and spoils the answers, run as
 * `standin.ts MODE ADDRESS`: it listens on port 53, the real one on port 5353 of the same address.
 *
 * - `lowercase` sends the question back in lower case.
 * - `nxdomain` says NXDOMAIN to names of one or two labels of 63 characters, and to those below `_.`.
 * - `udponly` does not listen for TCP.
 */
const [mode = "", address = ""] = process.argv.slice(2);

const REAL_PORT = 5353;
const HEADER_OCTETS = 12;
const NXDOMAIN = 3;

function spoil(answer: Buffer): Buffer {
  const end = nameEnd(answer);
  const labels = labelLengths(answer);
  if (mode === "lowercase") {
    for (let at = HEADER_OCTETS; at < end; at++) {
      const octet = answer[at] ?? 0;
      if (octet >= 0x41 && octet <= 0x5a) answer[at] = octet | 0x20;
    }
  }
  const long = labels.filter((length) => length === 63).length;
  if (mode === "nxdomain" && (labels[0] === 1 || long === 1 || long === 2)) {
    answer[3] = ((answer[3] ?? 0) & 0xf0) | NXDOMAIN;
  }
  return answer;
}

function nameEnd(message: Buffer): number {
  let at = HEADER_OCTETS;
  while ((message[at] ?? 0) > 0) at += 1 + (message[at] ?? 0);
  return at;
}

function labelLengths(message: Buffer): number[] {
  const lengths: number[] = [];
  for (let at = HEADER_OCTETS; (message[at] ?? 0) > 0; at += 1 + (message[at] ?? 0)) lengths.push(message[at] ?? 0);
  return lengths;
}

const server = createSocket("udp4");
server.on("message", (question, { port, address: asker }) => {
  const out = createSocket("udp4");
  out.on("message", (answer) => {
    server.send(spoil(answer), port, asker);
    out.close();
  });
  out.send(question, REAL_PORT, address);
});
server.bind(53, address);

if (mode !== "udponly") {
  createServer((socket) => {
    const out = connect(REAL_PORT, address);
    const drop = () => {
      socket.destroy();
      out.destroy();
    };
    socket.on("error", drop).on("end", drop);
    out.on("error", drop).on("end", drop);
    socket.pipe(out);
    let received = Buffer.alloc(0);
    out.on("data", (octets) => {
      received = Buffer.concat([received, octets]);
      while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
        const end = 2 + received.readUInt16BE(0);
        socket.write(Buffer.concat([received.subarray(0, 2), spoil(Buffer.from(received.subarray(2, end)))]));
        received = received.subarray(end);
      }
    });
  }).listen(53, address);
}
