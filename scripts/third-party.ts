import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";

const MODULES = join(__dirname, "../node_modules");

/** Files of a package that the simulator brings along, because it needs a small part of it. */
interface ThirdPartyFiles {
  readonly name: string;
  /** The folder of the package that they are in. */
  readonly from: string;
  /** Each with the modules of the package that it requires. */
  readonly files: readonly string[];
  readonly why: string;
}

const THIRD_PARTY: readonly ThirdPartyFiles[] = [
  {
    name: "gpt-tokenizer",
    from: "cjs",
    files: ["encoding/cl100k_base.js", "encoding/o200k_base.js"],
    why: "two of its encodings",
  },
  {
    name: "tree-sitter-c-sharp",
    from: ".",
    files: ["tree-sitter-c_sharp.wasm"],
    why: "the grammar, compiled to WebAssembly",
  },
];

/** Copies the files as they are, each package's beside its licence, and writes where they come from. */
export function copyThirdParty(target: string): void {
  for (const { name, from, files } of THIRD_PARTY) {
    const source = join(MODULES, name, from);
    for (const file of withRequired(files.map((file) => join(source, file)))) {
      copy(file, join(target, name, relative(source, file)));
    }
    copy(join(MODULES, name, "LICENSE"), join(target, name, "LICENSE"));
  }
  writeFileSync(join(target, "README.md"), readme());
}

function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  cpSync(source, target);
}

/** Files and what they require, which for these packages is their own modules only. */
function withRequired(files: readonly string[]): ReadonlySet<string> {
  const found = new Set(files);
  // A set that grows while it is walked is walked to its end.
  for (const file of found) {
    if (!file.endsWith(".js")) {
      continue;
    }
    for (const [, id = ""] of readFileSync(file, "utf8").matchAll(/\brequire\("([^"]+)"\)/g)) {
      found.add(createRequire(file).resolve(id));
    }
  }
  return found;
}

function readme(): string {
  const rows = THIRD_PARTY.map(({ name, why }) => {
    const { version, license, repository } = JSON.parse(
      readFileSync(join(MODULES, name, "package.json"), "utf8"),
    ) as {
      readonly version: string;
      readonly license: string;
      readonly repository: string | { readonly url: string };
    };
    const url = typeof repository === "string" ? repository : repository.url.replace(/^git\+/, "");
    return `| ${name} | ${version} | ${license} | ${url} | ${why} |`;
  });
  return `# Third-party files

Unchanged files of packages of which the simulator needs a small part. The licence of each is in its folder.

| package | version | licence | source | what |
| --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
}
