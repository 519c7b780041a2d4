import { parseAst } from "rolldown/parseAst";

/**
 * Has V8 compile all functions at the top of a module when it is loaded, by the parentheses that it takes for a sign. Else
 * it reads each twice, once to see where it ends and again when it is first called, and begins anew a hundred times. For
 * code of which a usual run calls nearly all; a function that it does not call is written as an arrow function, which
 * stays as it is.
 *
 * What is at the top becomes a `var`: of a `const` it is looked each time whether the text has come to it.
 *
 * @param code of a module in which nothing is called before the end of its text is reached, since functions are no longer
 *   there from its beginning.
 */
export function compiledEagerly(code: string): string {
  let result = "";
  let end = 0;
  const copyTo = (start: number) => {
    result += code.slice(end, start);
  };
  for (const node of parseAst(code).body) {
    if (node.type === "FunctionDeclaration" && node.id !== null) {
      copyTo(node.start);
      const kind = `${node.async ? "async " : ""}function${node.generator ? "*" : ""}`;
      result += `var ${node.id.name}=(${kind}${code.slice(node.id.end, node.end)});`;
      end = node.end;
    } else if (node.type === "VariableDeclaration") {
      copyTo(node.start);
      result += "var";
      end = node.start + node.kind.length;
    }
  }
  return inAscii(result + code.slice(end));
}

/** With one other character in it the whole text takes twice the memory, and longer to be read. All are in strings. */
function inAscii(code: string): string {
  return code.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
