import { existsSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import {
  type AccessChange,
  accessChanges,
  type AccessEffect,
  accessMarkdown,
  accessOf,
  type AccessReport,
  readAccessMarkdown,
} from "../access";
import { ACCESS_FORMATS, type AccessFormat, describeChanges } from "./access-formats";
import { UsageError } from "./command-line";
import { printableText } from "./printable-text";
import { stackDirectories } from "./stack-directories";
import { startProblems } from "./start-problems";

export const ACCESS_USAGE = `Usage: azure-apim-simulator access --stack <stack>... [--against <stack>...] [--format <format>]

Says who may call what on the gateways of synthesized stacks, under which limits, and who stays out: found by calling
them. With --against, says in plain words what is different, and whether access widens.

  --stack <stack>    directory with a cdk.tf.json, or the name of a stack in cdktf.out; once for each stack to load
  --against <stack>  the same for the stacks before the change; or an access file (.md) that was written of them
  --assume-gateway   a service that the stacks publish on, and that none of them has, is assumed: for the stack of a
                     team on the gateway of another
  --format <format>  text (default), markdown, sarif (differences only) or json
  --help             this text

Exit codes: 0 nothing is different, or access narrows, 3 access widens, 4 it cannot be told: something could be tried
before and cannot any more, or stacks cannot be run; 2 wrong arguments.`;

const EXIT_CODES: Readonly<Record<AccessEffect, number>> = {
  widened: 3,
  unknown: 4,
  narrowed: 0,
  changed: 0,
};

/**
 * Runs the command `access`.
 * @param args without the command's name
 * @returns the exit code
 * @throws UsageError for wrong arguments
 */
export async function runAccess(args: readonly string[]): Promise<number> {
  const { stack, against, format, assumeGateways, help } = readArguments(args);
  const options = { inputs: { assumeGateways } };
  if (help) {
    console.log(ACCESS_USAGE);
    return 0;
  }
  const output = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  const { directories, names } = stackDirectories(stack, output);
  const old = against.length === 1 && against[0]?.endsWith(".md") === true ? against[0] : undefined;
  const before = old === undefined && against.length > 0 ? stackDirectories(against, output) : undefined;
  let after: AccessReport;
  let base: AccessReport | undefined;
  try {
    base = old === undefined ? before && (await accessOf(before.directories, options)) : readFile(old);
    after = await accessOf(directories, options);
  } catch (error) {
    const problems = startProblems(error);
    if (problems === undefined) {
      throw error;
    }
    console.error(printableText(problems));
    return EXIT_CODES.unknown;
  }
  if (base === undefined) {
    print(
      format === "json"
        ? JSON.stringify(after, undefined, 2)
        : accessMarkdown(after, `Access: ${names.join(", ")}`, [
            "Seen by calling the synthesized stacks in the simulator.",
          ]),
    );
    return 0;
  }
  const changes = accessChanges(base, after);
  print(describeChanges(changes, format, { title: names.join(", "), document: documentOf(directories) }));
  return exitCodeOf(changes);
}

/** The worst of them. */
export function exitCodeOf(changes: readonly AccessChange[]): number {
  const codes = changes.map(({ effect }) => EXIT_CODES[effect]);
  return codes.includes(EXIT_CODES.widened) ? EXIT_CODES.widened : Math.max(0, ...codes);
}

function documentOf([directory = "."]: readonly string[]): string {
  return join(directory, "cdk.tf.json");
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

interface AccessArguments {
  readonly stack: readonly string[];
  readonly against: readonly string[];
  readonly format: AccessFormat;
  readonly assumeGateways: boolean;
  readonly help: boolean;
}

function readArguments(args: readonly string[]): AccessArguments {
  let values: Partial<Readonly<Record<"stack" | "against", string[]>>> & {
    format?: string;
    help?: boolean;
    "assume-gateway"?: boolean;
  };
  try {
    values = parseArgs({
      args: [...args],
      options: {
        stack: { type: "string", multiple: true },
        against: { type: "string", multiple: true },
        format: { type: "string" },
        "assume-gateway": { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    }).values;
  } catch (error) {
    const [problem = ""] = (error as Error).message.split(/\.(?: |$)/);
    throw new UsageError(`${problem}.`);
  }
  const { stack = [], against = [], format = "text", help = false } = values;
  const known = ACCESS_FORMATS.find((each) => each === format);
  if (known === undefined) {
    throw new UsageError(`--format is '${format}'; it must be ${ACCESS_FORMATS.join(", ")}.`);
  }
  if (known === "sarif" && against.length === 0 && !help) {
    throw new UsageError(
      "--format sarif is for differences: name the stacks before the change with --against.",
    );
  }
  return { stack, against, format: known, assumeGateways: values["assume-gateway"] === true, help };
}
