import { parsedArguments, STACK_OPTIONS, UsageError } from "./command-line";

/** How differences are printed. */
export const ACCESS_FORMATS = ["text", "markdown", "sarif", "json"] as const;
export type AccessFormat = (typeof ACCESS_FORMATS)[number];

export const ACCESS_USAGE = `Usage: azure-apim-simulator access [options]

Says who may call what on the gateways of stacks, plans or states, under which limits, and who stays
out: found by calling them. With --against, says in plain words what is different, and whether
access widens.

  --stack <stack>    directory with a cdk.tf.json, or the name of a stack in cdktf.out; once for each
                     stack to load (default: the first one in cdktf.out that has a gateway)
  --plan <file>      instead: a plan of any Terraform, as 'terraform show -json' writes it
  --state <file>     instead: a state, as 'terraform show -json' writes it
  --against <stack>  stacks before the change, likewise; or a plan or state (.json) before it; or an
                     access file (.md) that was written of them
  --assume-gateway   a service that the stacks publish on, and that none of them has, is assumed: for
                     the stack of a team on the gateway of another
  --ignore <type>    resource type that no request of a gateway reaches; once for each type that the
                     simulator does not know
  --strict           hold policies to Microsoft's pages also where deployed ones contradict them
  --region <region>  which of a gateway's regions answers, as if the others were lost
                     (default: the one that it is in)
  --format <format>  text (default), markdown, sarif (differences only) or json
  --help             this text

Exit codes: 0 nothing is different, or access narrows, 3 access widens, 4 it cannot be told: something
could be tried before and cannot any more, the gateway is gone, or stacks cannot be run; 2 wrong arguments.`;

/** What `access` is asked for. */
export interface AccessCommandLine {
  readonly stack: readonly string[];
  /** Files that `terraform show -json` wrote, of plans or states. */
  readonly shown: readonly string[];
  readonly against: readonly string[];
  /** Resource types to leave out. */
  readonly ignoredTypes: readonly string[];
  /** Whether policies are held to Microsoft's pages where deployed ones contradict them. */
  readonly strict: boolean;
  /** Which of a gateway's regions answers. @default - its first */
  readonly region?: string;
  readonly format: AccessFormat;
  readonly assumeGateways: boolean;
  readonly help: boolean;
}

/**
 * @param args without the command's name
 * @throws UsageError for an unknown option or a wrong value
 */
export function readAccessCommandLine(args: readonly string[]): AccessCommandLine {
  const values = parsedArguments(args, {
    ...STACK_OPTIONS,
    against: { type: "string", multiple: true },
    format: { type: "string" },
    help: { type: "boolean", short: "h" },
  });
  const { stack = [], plan = [], state = [], against = [], format = "text", help = false } = values;
  const known = ACCESS_FORMATS.find((each) => each === format);
  if (known === undefined) {
    throw new UsageError(`--format is '${format}'; it must be ${ACCESS_FORMATS.join(", ")}.`);
  }
  if (known === "sarif" && against.length === 0 && !help) {
    throw new UsageError(
      "--format sarif is for differences: name the stacks before the change with --against.",
    );
  }
  return {
    stack,
    shown: [...plan, ...state],
    against,
    ignoredTypes: values.ignore ?? [],
    strict: values.strict === true,
    region: values.region,
    format: known,
    assumeGateways: values["assume-gateway"] === true,
    help,
  };
}
