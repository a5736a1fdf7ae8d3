import { visit } from "jsonc-parser";
import type { ContractProblem } from "./contract-error";
import { jsonPointer } from "./json-pointer";

/**
 * Members that an object has twice. A reader sees both of them, and `JSON.parse` silently takes the last one.
 *
 * Source: RFC 8259 section 4
 *
 * @param text of JSON that is right in itself
 */
export function repeatedMembers(text: string): readonly Omit<ContractProblem, "file">[] {
  const found: Omit<ContractProblem, "file">[] = [];
  /** Lines of the members of each object that is open, the innermost last. */
  const open: Map<string, number>[] = [];
  visit(text, {
    onObjectBegin: () => {
      open.push(new Map());
    },
    onObjectProperty: (name, _offset, _length, line, _character, pathOf) => {
      const members = open.at(-1);
      const first = members?.get(name);
      members?.set(name, line);
      if (first !== undefined) {
        found.push({
          pointer: jsonPointer([...pathOf(), name]),
          rule: `must be there once, and is in lines ${first + 1} and ${line + 1}`,
          remedy: "leave the one that holds",
        });
      }
    },
    onObjectEnd: () => {
      open.pop();
    },
  });
  return found;
}
