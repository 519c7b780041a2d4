/** What we use of the WebAssembly JavaScript interface; TypeScript has it only among the types of browsers. */
declare namespace WebAssembly {
  class Module {
    constructor(octets: Uint8Array<ArrayBuffer>);
  }

  class Instance {
    constructor(module: Module);
    readonly exports: Readonly<Record<string, unknown>>;
  }

  class Memory {
    readonly buffer: ArrayBuffer;
  }

  class CompileError extends Error {}

  function validate(octets: Uint8Array<ArrayBuffer>): boolean;
}
