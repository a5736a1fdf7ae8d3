import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import {
  type AccessChange,
  accessChanges,
  type AccessEffect,
  accessMarkdown,
  accessOf,
  type AccessOptions,
  type AccessReport,
  readAccessMarkdown,
} from "../access";
import type { AccessCommandLine } from "./access-command-line";
import { describeChanges } from "./access-formats";
import { UsageError } from "./command-line";
import {
  type LoadedStacks,
  refuseUnusedTypes,
  refuseWithoutGateway,
  refuseWrongArgument,
} from "./loaded-stacks";
import { printableText } from "./printable-text";
import { stackDirectories } from "./stack-directories";
import { startProblems } from "./start-problems";

const EXIT_CODES: Readonly<Record<AccessEffect, number>> = {
  widened: 3,
  unknown: 4,
  narrowed: 0,
  changed: 0,
};

/**
 * Runs the command `access`.
 * @returns the exit code
 * @throws UsageError for stacks that do not exist, or a region that none serves
 */
export async function runAccess(commandLine: AccessCommandLine): Promise<number> {
  const { stack, shown, against, ignoredTypes, strict, region, format, assumeGateways } = commandLine;
  const models: LoadedStacks[] = [];
  const options: AccessOptions = {
    inputs: { assumeGateways, ignoredTypes },
    strict,
    region,
    onLoaded: (model) => models.push(model),
  };
  const output = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  const stacks = stackDirectories(stack, output, shown);
  const { directories, names } = stacks;
  const old = against.length === 1 && against[0]?.endsWith(".md") === true ? against[0] : undefined;
  const before =
    old === undefined && against.length > 0
      ? stackDirectories(
          against.filter((each) => !isShown(each)),
          output,
          against.filter(isShown),
        )
      : undefined;
  let after: AccessReport;
  let base: AccessReport | undefined;
  try {
    base = old === undefined ? before && (await accessOf(before.directories, options)) : readFile(old);
    after = await accessOf(directories, {
      ...options,
      onLoaded: (model) => {
        models.push(model);
        refuseUnusedTypes(models);
        if (base === undefined) {
          refuseWithoutGateway(model, stacks);
        }
      },
    });
  } catch (error) {
    refuseWrongArgument(error);
    const problems = startProblems(error);
    if (problems === undefined) {
      throw error;
    }
    console.error(printableText(problems));
    return EXIT_CODES.unknown;
  }
  for (const assumption of new Set(models.flatMap(({ assumptions = [] }) => assumptions))) {
    console.error(printableText(`assumed: ${assumption}`));
  }
  if (base === undefined) {
    print(
      format === "json"
        ? JSON.stringify(after, undefined, 2)
        : accessMarkdown(after, `Access: ${names.join(", ")}`, [
            shown.length === 0
              ? "Seen by calling the synthesized stacks in the simulator."
              : "Seen by calling what Terraform shows of them, in the simulator.",
          ]),
    );
    return 0;
  }
  const isGone = models.at(-1)?.gateways.length === 0;
  if (isGone) {
    console.error(
      `${names.join(", ")}: there is no API Management service any more, or it is the wrong file.`,
    );
  }
  const changes = accessChanges(base, after);
  print(describeChanges(changes, format, { title: names.join(", "), document: documentOf(directories) }));
  // All that is gone would look like less access.
  return isGone ? EXIT_CODES.unknown : exitCodeOf(changes);
}

/** The worst of them. */
export function exitCodeOf(changes: readonly AccessChange[]): number {
  const codes = changes.map(({ effect }) => EXIT_CODES[effect]);
  return codes.includes(EXIT_CODES.widened) ? EXIT_CODES.widened : Math.max(0, ...codes);
}

function documentOf([directory = "."]: readonly string[]): string {
  return isShown(directory) ? directory : join(directory, "cdk.tf.json");
}

/** Whether it is a file of `terraform show -json`, and not a stack. */
function isShown(path: string): boolean {
  return path.endsWith(".json") || (statSync(path, { throwIfNoEntry: false })?.isFile() ?? false);
}

/** @throws UsageError for a file that is none */
function readFile(path: string): AccessReport {
  if (!existsSync(path)) {
    throw new UsageError(`There is no access file '${path}'.`);
  }
  try {
    return readAccessMarkdown(readFileSync(path, "utf8"));
  } catch (error) {
    throw new UsageError(`${basename(path)} is not an access file: ${(error as Error).message}.`);
  }
}

function print(text: string): void {
  console.log(printableText(text.trimEnd()));
}
