/** The version of all packages, which are released together; a test holds every package.json to it. */
export const VERSION = "0.1.0";
