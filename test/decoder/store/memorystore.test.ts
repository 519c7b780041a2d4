import { describeStore } from "./contract.ts";
import { MemoryStore } from "./memorystore.ts";

describeStore("the model of stores", async () => {
  let store = new MemoryStore();
  return {
    open: async () => {
      store = store.reopened();
      return store;
    },
    remove: async () => {},
  };
});
