/**
 * Runs a command: `main(argv)` of the package's cli, whose result is the exit code.
 *
 * @param binUrl `import.meta.url` of the file in the package's `bin/`.
 */
export function launch(binUrl: string): void;
