import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import { onTestFinished } from "vitest";

/** What a web server under a test's hand publishes, and how badly. */
export interface Origin {
  readonly url: string;
  /** Path to content; a test may change it at any time. */
  readonly files: Map<string, Buffer | string>;
  /** Every request for a path that ends in .seg, with its Range header. */
  asked: { path: string; range: string | undefined }[];
  /** Whether Range is understood. */
  ranges: boolean;
  /** Octets of a segment after which the connection is cut. */
  cutAfter: number;
  /** Waited for before the connection is cut, with the number of the file's octets that were sent until then. */
  beforeCut: (sent: number) => Promise<void>;
}

/** A web server of static files that is nothing of ours. */
export async function startOrigin(files: Record<string, Buffer | string> = {}): Promise<Origin> {
  const origin = {
    url: "",
    files: new Map(Object.entries(files)),
    asked: [] as { path: string; range: string | undefined }[],
    ranges: true,
    cutAfter: Number.POSITIVE_INFINITY,
    beforeCut: async (_sent: number) => {},
  };
  const server = createServer((request, response) => {
    const path = request.url ?? "";
    const body = origin.files.get(path);
    if (path.endsWith(".seg")) origin.asked.push({ path, range: request.headers.range });
    if (body === undefined) return void response.writeHead(404).end("not found");
    const whole = Buffer.from(body);
    const from = origin.ranges ? placeOf(request) : 0;
    if (from >= whole.length && from > 0) return void response.writeHead(416).end();
    const rest = whole.subarray(from);
    const headers = {
      "content-length": rest.length,
      "content-range": `bytes ${from}-${whole.length - 1}/${whole.length}`,
    };
    response.writeHead(from > 0 ? 206 : 200, headers);
    if (!path.endsWith(".seg") || rest.length <= origin.cutAfter) return void response.end(rest);
    response.write(rest.subarray(0, origin.cutAfter), () => {
      origin.beforeCut(from + origin.cutAfter).then(
        () => response.destroy(),
        () => response.destroy(),
      );
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  origin.url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  return origin;
}

function placeOf({ headers }: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);
}
