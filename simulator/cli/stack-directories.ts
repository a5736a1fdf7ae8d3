import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { UsageError } from "./command-line";

/** Stacks to run, and those beside them. */
export interface StackDirectories {
  /** Directories of stacks, and files that `terraform show -json` wrote. */
  readonly directories: readonly string[];
  /** Where files for callers go. */
  readonly folder: string;
  readonly names: readonly string[];
  /** Names of the other stacks that have a gateway. */
  readonly others: readonly string[];
}

const DOCUMENT_NAME = "cdk.tf.json";

/**
 * Finds the directories of stacks.
 * @param stacks directories, or names of stacks in `output`; none for the first stack with a gateway
 * @param output where stacks are synthesized to
 * @param shown files with plans or states, in place of stacks or beside them
 * @throws UsageError when there is no such stack, with those that could be meant
 */
export function stackDirectories(
  stacks: readonly string[],
  output: string,
  shown: readonly string[] = [],
): StackDirectories {
  const synthesized = synthesizedStacks(output);
  const withGateway = synthesized.filter(hasGateway);
  const missing = shown.find((file) => statSync(file, { throwIfNoEntry: false })?.isDirectory() ?? true);
  if (missing !== undefined) {
    const what = existsSync(missing)
      ? `${missing} is a directory, not a file`
      : `There is no file ${missing}`;
    throw new UsageError(`${what}. Write a plan or a state with 'terraform show -json'.`);
  }
  const named = [...stacks.map((stack) => directoryOf(stack, output)), ...shown];
  const directories = named.length > 0 ? named : withGateway.slice(0, 1);
  if (directories.length === 0) {
    throw new UsageError(
      synthesized.length === 0
        ? `There is no stack in ${output}. Synthesize first ('cdktf synth'; in the repository 'npm run synth'), name a directory with --stack, or a file of any Terraform with --plan or --state.`
        : `No stack in ${output} has an API Management service. Stacks: ${namesOf(synthesized)}.`,
    );
  }
  const names = directories.map((directory) => basename(directory));
  const [first = "."] = directories;
  return {
    directories,
    folder: shown.includes(first) ? dirname(first) : first,
    names,
    others: withGateway.map((directory) => basename(directory)).filter((name) => !names.includes(name)),
  };
}

function directoryOf(stack: string, output: string): string {
  const found = [stack, join(output, "stacks", stack)].find((directory) =>
    existsSync(join(directory, DOCUMENT_NAME)),
  );
  if (found === undefined) {
    const candidates = synthesizedStacks(output).filter(isOfGateway);
    const known = candidates.length === 0 ? "none" : namesOf(candidates);
    throw new UsageError(
      `There is no stack '${stack}': neither '${join(stack, DOCUMENT_NAME)}' nor a stack of that name in ${output}. ` +
        `Stacks there with a gateway or something on one: ${known}.`,
    );
  }
  return found;
}

function synthesizedStacks(output: string): readonly string[] {
  const folder = join(output, "stacks");
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .filter((directory) => existsSync(join(directory, DOCUMENT_NAME)));
}

function hasGateway(directory: string): boolean {
  return documentOf(directory).includes('"azurerm_api_management"');
}

/** Whether a stack has a gateway, or publishes on that of another stack. */
function isOfGateway(directory: string): boolean {
  return documentOf(directory).includes('"azurerm_api_management');
}

function documentOf(directory: string): string {
  return readFileSync(join(directory, DOCUMENT_NAME), "utf8");
}

function namesOf(directories: readonly string[]): string {
  return directories.map((directory) => basename(directory)).join(", ");
}
