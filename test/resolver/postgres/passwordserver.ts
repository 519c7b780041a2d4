import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { onTestFinished } from "vitest";

/** A message of PostgreSQL's that asks for something of a login (its manual, "Message Formats", `AuthenticationSASL`). */
function authentication(kind: number, text: string): Buffer {
  const head = Buffer.from("R\0\0\0\0\0\0\0\0", "latin1");
  head.writeInt32BE(8 + text.length, 1);
  head.writeInt32BE(kind, 5);
  return Buffer.concat([head, Buffer.from(text, "latin1")]);
}

/** A server that asks for a password, and then waits for as long as the client does. */
export interface PasswordServer {
  readonly port: number;
  /** How many have called; answered once all of them have hung up. */
  hungUp(): Promise<number>;
}

/** Starts one for a test. */
export async function passwordServer(): Promise<PasswordServer> {
  const calls: { readonly socket: Socket; readonly closed: Promise<unknown> }[] = [];
  const server = createServer((socket) => {
    socket.on("error", () => {});
    calls.push({ socket, closed: once(socket, "close") });
    socket.once("data", () => {
      socket.write(authentication(10, "SCRAM-SHA-256\0\0"));
      // The client answers with a nonce, RFC 5802: only what follows takes a password.
      socket.once("data", (answer) => {
        const [, nonce] = /r=([^,]+)$/.exec(answer.toString("latin1")) ?? [];
        socket.write(authentication(11, `r=${nonce}server,s=c2FsdA==,i=4096`));
        socket.resume();
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    for (const { socket } of calls) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    hungUp: async () => {
      await Promise.all(calls.map(({ closed }) => closed));
      return calls.length;
    },
  };
}
