// Plugin of TypeDoc: leaves out what rooms of `lib` hold for their neighbours only. What the package shows is what its
// entries list by name.
import { readFileSync } from "node:fs";
import { Converter } from "typedoc";

const ENTRIES = [
  "lib/index.ts",
  "entries/azapi.ts",
  "entries/azuread.ts",
  "entries/policy.ts",
  "entries/security-checks.ts",
];
const EXPORTS = /^export (?:type )?\{([^}]*)\} from "\.{1,2}\/(?:lib\/)?([\w-]+)";$/gm;

/** @returns names that entries list, by room */
function shownNames() {
  const shown = new Map();
  for (const entry of ENTRIES) {
    for (const [, list, room] of readFileSync(entry, "utf8").matchAll(EXPORTS)) {
      const names = list.split(",").map((name) => name.trim().replace(/^type /, ""));
      shown.set(room, new Set([...(shown.get(room) ?? []), ...names]));
    }
  }
  return shown;
}

/** @param {import("typedoc").Application} application */
export function load(application) {
  const shown = shownNames();
  application.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    for (const module of project.children ?? []) {
      const [, room] = /^lib\/([\w-]+)$/.exec(module.name) ?? [];
      const names = room === undefined ? undefined : shown.get(room);
      for (const child of room === undefined ? [] : [...(module.children ?? [])]) {
        if (!names?.has(child.name)) {
          project.removeReflection(child);
        }
      }
    }
  });
}
