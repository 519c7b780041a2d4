import type { ChildProcess } from "node:child_process";
import { SottoError } from "@sotto/wire";

/** Functions of one argument that a process offers to another. */
export type Offer = { readonly [name: string]: (argument: never) => Promise<unknown> };

/** What a process that calls sees of an offer. */
export type Remote<O extends Offer> = {
  readonly [name in keyof O]: (argument: Parameters<O[name]>[0]) => ReturnType<O[name]>;
};

interface Call {
  readonly id: number;
  readonly name: string;
  readonly argument: unknown;
}

interface Reply {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** The end of a channel that `fork` makes, of either side. */
type Channel = Pick<ChildProcess, "on" | "send">;

/** An error that the other side threw, or that it is gone. */
export class WorkerError extends SottoError {}

/**
 * Calls what another process offers. Every call under way fails with `SOTTO_WORKER_GONE` when the channel closes.
 *
 * @param names of the functions.
 */
export function callRemote<O extends Offer>(channel: Channel, names: readonly (keyof O & string)[]): Remote<O> {
  const waiting = new Map<number, (reply: Reply) => void>();
  let next = 0;
  const gone: Omit<Reply, "id"> = { error: { code: "SOTTO_WORKER_GONE", message: "the worker process is gone" } };
  channel.on("message", (message: unknown) => {
    const reply = message as Reply;
    waiting.get(reply.id)?.(reply);
    waiting.delete(reply.id);
  });
  channel.on("disconnect", () => {
    for (const [id, settle] of waiting) settle({ id, ...gone });
    waiting.clear();
  });
  const call = (name: string) => (argument: unknown) =>
    new Promise((resolve, reject) => {
      const id = next++;
      const settle = ({ result, error }: Reply) => {
        if (error === undefined) resolve(result);
        else reject(new WorkerError(error.code, error.message));
      };
      waiting.set(id, settle);
      channel.send({ id, name, argument } satisfies Call, (failed) => {
        if (failed === null || !waiting.delete(id)) return;
        settle({ id, ...gone });
      });
    });
  return Object.fromEntries(names.map((name) => [name, call(name)])) as Remote<O>;
}

/** Answers the calls of the process that started this one. */
export function answerCalls(channel: NodeJS.Process, offer: Offer): void {
  channel.on("message", (message: unknown) => {
    const { id, name, argument } = message as Call;
    const perform = offer[name] as ((argument: unknown) => Promise<unknown>) | undefined;
    if (perform === undefined) return;
    perform(argument).then(
      (result) => channel.send?.({ id, result } satisfies Reply),
      (error: { code?: string; message: string }) => {
        const code = error.code ?? "SOTTO_WORKER_FAILED";
        channel.send?.({ id, error: { code, message: error.message } } satisfies Reply);
      },
    );
  });
}
