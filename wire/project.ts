const PROJECT = /^[a-z0-9-]{1,32}$/;

/** Whether a text can be a project's name: 1 to 32 of `a-z 0-9 -`, so that it is a folder's and a variable's, too. */
export function isProject(text: string): boolean {
  return PROJECT.test(text);
}
