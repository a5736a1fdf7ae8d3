import { parseArgs } from "node:util";
import { UsageError } from "./command-line";

/** How differences are printed. */
export const ACCESS_FORMATS = ["text", "markdown", "sarif", "json"] as const;
export type AccessFormat = (typeof ACCESS_FORMATS)[number];

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

/** What `access` is asked for. */
export interface AccessCommandLine {
  readonly stack: readonly string[];
  readonly against: readonly string[];
  readonly format: AccessFormat;
  readonly assumeGateways: boolean;
  readonly help: boolean;
}

/**
 * @param args without the command's name
 * @throws UsageError for an unknown option or a wrong value
 */
export function readAccessCommandLine(args: readonly string[]): AccessCommandLine {
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
