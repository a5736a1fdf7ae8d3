import { dirname } from "node:path";
import type { StackDocument } from "./stack-document";

/**
 * Documents under names that no two of them share, because addresses in messages begin with them: those of one name are
 * told by the folders that they lie in.
 */
export function distinctlyNamed(documents: readonly StackDocument[]): readonly StackDocument[] {
  const byName = new Map<string, StackDocument[]>();
  for (const document of documents) {
    byName.set(document.name, [...(byName.get(document.name) ?? []), document]);
  }
  return documents.map((document) => {
    const same = byName.get(document.name) ?? [];
    return same.length < 2 ? document : { ...document, name: nameAmong(document, same) };
  });
}

function nameAmong(document: StackDocument, same: readonly StackDocument[]): string {
  const folders = foldersOf(document);
  for (let count = 1; count <= folders.length; count += 1) {
    const name = nameIn(document, count);
    if (same.every((other) => other === document || nameIn(other, count) !== name)) {
      return name;
    }
  }
  return `${document.name}#${same.indexOf(document) + 1}`;
}

/** With so many of the folders around it. */
function nameIn(document: StackDocument, count: number): string {
  return [...foldersOf(document).slice(-count), document.name].join("/");
}

function foldersOf({ name, file }: StackDocument): readonly string[] {
  const folders = dirname(file)
    .split(/[\\/]/)
    .filter((folder) => folder !== "");
  // The folder of a synthesized stack has the stack's name.
  return folders.at(-1) === name ? folders.slice(0, -1) : folders;
}
