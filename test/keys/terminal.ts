import { PassThrough, Writable } from "node:stream";
import type { ReadStream, WriteStream } from "node:tty";
import type { Terminal } from "../../keys/prompt.ts";

export const CTRL_C = "\x03";
export const CTRL_D = "\x04";
export const BACKSPACE = "\x7f";
export const ENTER = "\r";

/** Where a person types; remembers how the terminal was set. */
class Keyboard extends PassThrough {
  readonly isTTY = true;
  readonly rawModes: boolean[] = [];

  setRawMode(isRaw: boolean): this {
    this.rawModes.push(isRaw);
    return this;
  }
}

/** What a person sees, all of it. */
class Screen extends Writable {
  readonly isTTY = true;
  readonly columns = 80;
  text = "";
  /** Called after each thing that is shown. */
  changed: () => void = () => {};

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString("utf8");
    done();
    this.changed();
  }
}

/** A terminal with a person before it. */
export class TestTerminal implements Terminal {
  readonly keyboard = new Keyboard();
  readonly screen = new Screen();
  /** How many questions were asked. */
  questions = 0;

  /**
   * @param answers what the person types, one after each question that ends in a colon and a blank. A list is typed in
   *   pieces, as keys that come one by one are. The input ends where null stands.
   */
  constructor(...answers: readonly (string | readonly (string | null)[] | null)[]) {
    let seen = 0;
    this.screen.changed = () => {
      if (this.screen.text.length === seen || !this.screen.text.endsWith(": ")) return;
      seen = this.screen.text.length;
      const answer = answers[this.questions++];
      // By then somebody listens.
      setImmediate(() => {
        for (const piece of answer === undefined ? [] : [answer].flat()) {
          if (piece === null) this.keyboard.end();
          else this.keyboard.write(piece);
        }
      });
    };
  }

  get input(): ReadStream {
    return this.keyboard as unknown as ReadStream;
  }

  get output(): WriteStream {
    return this.screen as unknown as WriteStream;
  }
}
