import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { decodedText } from "./decoded-text";
import { MalformedJsonError, objectOf } from "./json-value";
import { incompletePlanProblem } from "./plan-completeness";
import { recordedKeysOf } from "./recorded-key-places";
import { RecordedKeys } from "./recorded-keys";
import { formatProblem, isShownDocument, readShownDocument } from "./shown-document";
import type { JsonObject, StackBlock, StackDocument } from "./stack-document";
import type { StackProblems } from "./stack-problems";
import { jsonProblem } from "./unreadable-text";

/** Sections of a Terraform document that would change what the stack is, and are not read. */
const UNSUPPORTED_SECTIONS = ["module", "moved", "import", "removed", "check", "ephemeral"];

const DOCUMENT_NAME = "cdk.tf.json";

/** What was read, and the keys that stand in none of it. */
export interface ReadDocuments {
  readonly documents: readonly StackDocument[];
  readonly keys: RecordedKeys;
}

/** A file that has been parsed. */
interface ParsedFile {
  readonly file: string;
  readonly json: JsonObject;
  /** `terraform show -json` wrote it. */
  readonly isShown: boolean;
}

/**
 * Reads stacks: each directory with a `cdk.tf.json`, or a `cdktf.out` with several; or a file that
 * `terraform show -json` wrote.
 * @param problems receives what is wrong with the documents
 */
export function readStackDocuments(directories: readonly string[], problems: StackProblems): ReadDocuments {
  const files = directories.flatMap((directory) => parsedFiles(directory, problems));
  const keys = new RecordedKeys(
    recordedKeysOf(files.flatMap(({ json, isShown }) => (isShown ? [json] : []))),
  );
  const documents = files.flatMap(({ file, json, isShown }) =>
    (isShown ? readShown : readDocument)(file, keys.replacedIn(json), problems),
  );
  return { documents, keys };
}

function parsedFiles(directory: string, problems: StackProblems): readonly ParsedFile[] {
  if (existsSync(join(directory, DOCUMENT_NAME))) {
    return parsedStack(resolve(directory), problems);
  }
  const isFile = statSync(directory, { throwIfNoEntry: false })?.isFile() ?? directory.endsWith(".json");
  if (isFile) {
    return parsedShown(resolve(directory), problems);
  }
  const manifest = readJson(join(directory, "manifest.json"), problems);
  const stacks = Object.values(objectOf(manifest?.["stacks"])).map(objectOf);
  if (manifest !== undefined && stacks.length === 0) {
    problems.add(directory, "no stack in manifest.json; run 'cdktf synth'");
  }
  return stacks.flatMap((stack) =>
    typeof stack["workingDirectory"] === "string"
      ? parsedStack(resolve(directory, stack["workingDirectory"]), problems)
      : [],
  );
}

function parsedShown(file: string, problems: StackProblems): readonly ParsedFile[] {
  const json = readJson(file, problems, "write it with 'terraform show -json'");
  if (json !== undefined && isShownDocument(json)) {
    const problem = formatProblem(json);
    if (problem === undefined) {
      const incomplete = incompletePlanProblem(json);
      if (incomplete !== undefined) {
        problems.add(file, incomplete);
      }
      return [{ file, json, isShown: true }];
    }
    problems.add(file, problem);
    return [];
  }
  if (json !== undefined) {
    problems.add(file, "is neither a plan nor a state; write one with 'terraform show -json'");
  }
  return [];
}

function readShown(file: string, json: JsonObject, problems: StackProblems): readonly StackDocument[] {
  try {
    return [readShownDocument(file, json, problems)];
  } catch (error) {
    problems.add(file, malformation(error));
    return [];
  }
}

/** @returns what is wrong with the document @throws whatever else was thrown */
function malformation(error: unknown): string {
  if (error instanceof MalformedJsonError) {
    return `is not as 'terraform show -json' writes it: ${error.message}`;
  }
  if (error instanceof RangeError) {
    return "nests too deeply";
  }
  throw error;
}

function parsedStack(directory: string, problems: StackProblems): readonly ParsedFile[] {
  const file = join(directory, DOCUMENT_NAME);
  const json = readJson(file, problems);
  return json === undefined ? [] : [{ file, json, isShown: false }];
}

function readDocument(file: string, json: JsonObject, problems: StackProblems): StackDocument {
  for (const section of UNSUPPORTED_SECTIONS.filter((name) => name in json)) {
    problems.add(file, `'${section}' blocks are not supported; the simulator runs plain resources`);
  }
  refuseLists(file, json, problems);
  const terraform = objectOf(json["terraform"]);
  const metadata = objectOf(objectOf(json["//"])["metadata"]);
  const [backendType, backendConfig] = Object.entries(objectOf(terraform["backend"]))[0] ?? [];
  return {
    name: typeof metadata["stackName"] === "string" ? metadata["stackName"] : basename(dirname(file)),
    file,
    backend: backendType === undefined ? undefined : { type: backendType, config: objectOf(backendConfig) },
    providers: Object.entries(objectOf(json["provider"])).flatMap(([name, configs]) =>
      (Array.isArray(configs) ? configs : [configs]).map((config) => ({ name, config: objectOf(config) })),
    ),
    variables: objects(json["variable"]),
    locals: new Map(Object.entries(objectOf(json["locals"]))),
    outputs: objects(json["output"]),
    blocks: [...blocks("managed", json["resource"]), ...blocks("data", json["data"])],
  };
}

/** Sections that are read, with the number of levels below them that have names. */
const SECTION_DEPTHS = { terraform: 0, provider: 0, variable: 1, locals: 0, output: 1, resource: 2, data: 2 };

/** Terraform's JSON syntax takes a list of objects in place of one; a list read as an object would be lost. */
function refuseLists(file: string, json: JsonObject, problems: StackProblems): void {
  const check = (place: string, value: unknown, depth: number): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      problems.add(file, `'${place}' must be an object; other forms of Terraform's JSON syntax are not read`);
    } else if (depth > 0) {
      Object.entries(value).forEach(([name, inner]) => check(`${place}.${name}`, inner, depth - 1));
    }
  };
  for (const [section, depth] of Object.entries(SECTION_DEPTHS)) {
    if (json[section] !== undefined) {
      check(section, json[section], depth);
    }
  }
}

function blocks(mode: StackBlock["mode"], section: unknown): readonly StackBlock[] {
  return Object.entries(objectOf(section)).flatMap(([type, byId]) =>
    Object.entries(objectOf(byId)).map(([id, config]) => ({ mode, type, id, config: objectOf(config) })),
  );
}

function objects(section: unknown): ReadonlyMap<string, JsonObject> {
  return new Map(Object.entries(objectOf(section)).map(([name, value]) => [name, objectOf(value)]));
}

function readJson(
  file: string,
  problems: StackProblems,
  remedy = "run 'cdktf synth' first",
): JsonObject | undefined {
  try {
    return objectOf(JSON.parse(decodedText(readFileSync(file))));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    problems.add(
      file,
      code === "EACCES" || code === "EPERM"
        ? "this user may not read it; change its permissions, or copy it"
        : `cannot be read as JSON (${jsonProblem(message)}); ${remedy}`,
    );
    return undefined;
  }
}
