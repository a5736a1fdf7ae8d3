import { existsSync } from "node:fs";
import { parseArgs, type ParseArgsConfig } from "node:util";

/** How the simulator is started. */
export interface CommandLine {
  /** Names or directories of stacks. @default - the first stack with a gateway */
  readonly stacks: readonly string[];
  /** Files that `terraform show -json` wrote, of plans or states. */
  readonly shown: readonly string[];
  /** Resource types to leave out. */
  readonly ignoredTypes: readonly string[];
  /** Whether a service that is published on, and that is not loaded, is assumed. */
  readonly assumeGateways: boolean;
  /** Whether policies are held to Microsoft's pages where deployed ones contradict them. */
  readonly strict: boolean;
  /** Which of a gateway's regions answers. @default - its first */
  readonly region?: string;
  /** Port of the first gateway; 0 for free ones. */
  readonly port: number;
  /** Address on which gateways listen. */
  readonly host: string;
  /** `lcov.info` of behaviour tests, for the page's policies. @default - none */
  readonly coverage?: string;
  /** Command that starts the program of the stacks' Container Apps here. @default - no line for them */
  readonly program?: string;
  /** Directory for the files that callers read. @default - beside the first stack, plan or state */
  readonly files?: string;
  /** Whether a call is printed for each client, and not only for the first of each way in. */
  readonly allClients: boolean;
  /** Whether each policy of each request is shown. */
  readonly trace: boolean;
  /** Whether everything is written as JSON, one object per line. */
  readonly json: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

/** Arguments that mean nothing, in one sentence for the person at the terminal. */
export class UsageError extends Error {
  public override readonly name = "UsageError";
}

export const USAGE = `Usage: azure-apim-simulator [options]
       azure-apim-simulator access --help   who may call what, and what changes about it
       npm start -- [options]               in the repository of the constructs: synthesizes first

Runs API Management gateways and what is behind them on this machine as Terraform describes them:
policies, Azure OpenAI accounts, issuers, Key Vaults.
For development and tests. Nothing it does leaves the machine, and nothing it answers is a model's.

  --stack <stack>   directory with a cdk.tf.json, or the name of a stack in cdktf.out; once for each
                    stack to run (default: the first one in cdktf.out that has a gateway)
  --plan <file>     instead: a plan of any Terraform, as 'terraform show -json' writes it; once
                    for each to run, and not with a state of the same
  --state <file>    instead: a state, as 'terraform show -json' writes it; likewise
  --ignore <type>   resource type that no request of a gateway reaches; once for each type that
                    the simulator does not know
  --assume-gateway  a service that is published on, and that none of them has, is assumed: for the
                    stack of a team on the gateway of another
  --strict          hold policies to Microsoft's pages also where deployed ones contradict them
  --region <region> which of a gateway's regions answers, as if the others were lost
                    (default: the one that it is in)
  --port <port>     port of the first gateway; further gateways, the page and the proxy get the
                    ports after it (default: 8443; 0: any that are free)
  --host <address>  address on which gateways listen (default: 127.0.0.1); the page and the proxy
                    stay on loopback
  --all-clients     print a call for each client, with its key, token or certificate
  --program <command>  starts the program of Container Apps here: prints a line with what they tell
                    it, and with ways to the simulated Azure
  --files <directory>  where the CA, tokens and certificates for callers are written while it runs
                    (default: beside the first stack, plan or state)
  --coverage <file> lcov.info of behaviour tests: the page says which policies they reach
  --trace           show every policy that runs for a request
  --json            write JSON, one object per line: first what runs where, then each request
  --help            this text
  --version         which version this is

Stops with Ctrl-C. Exit codes: 0 stopped, 1 could not run, 2 wrong arguments.
The package's README says what is modelled, what is approximated and what is refused.`;

const DEFAULT_PORT = 8443;

/** @throws UsageError for an unknown option or a wrong value */
export function readCommandLine(args: readonly string[]): CommandLine {
  const values = parsedArguments(args, {
    ...STACK_OPTIONS,
    port: { type: "string" },
    host: { type: "string" },
    coverage: { type: "string" },
    program: { type: "string" },
    files: { type: "string" },
    "all-clients": { type: "boolean" },
    trace: { type: "boolean" },
    json: { type: "boolean" },
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
  });
  const port = Number(values.port ?? DEFAULT_PORT);
  if (!/^\d*$/.test(values.port ?? "") || values.port === "" || port > 65_535) {
    throw new UsageError(`--port is '${values.port}'; it must be a number from 0 to 65535.`);
  }
  if (values.host === "") {
    throw new UsageError("--host is empty; name an address, such as 127.0.0.1.");
  }
  if (values.coverage !== undefined && !existsSync(values.coverage)) {
    throw new UsageError(
      `--coverage: there is no file ${values.coverage}; 'npm run coverage:policies' writes one.`,
    );
  }
  if (values.program === "") {
    throw new UsageError("--program is empty; name a command, such as 'node worker.js'.");
  }
  if (values.files === "") {
    throw new UsageError("--files is empty; name a directory.");
  }
  return {
    stacks: values.stack ?? [],
    shown: [...(values.plan ?? []), ...(values.state ?? [])],
    ignoredTypes: values.ignore ?? [],
    assumeGateways: values["assume-gateway"] === true,
    strict: values.strict === true,
    region: values.region,
    port,
    host: values.host ?? "127.0.0.1",
    coverage: values.coverage,
    program: values.program,
    files: values.files,
    allClients: values["all-clients"] === true,
    trace: values.trace === true,
    json: values.json === true,
    help: values.help === true,
    version: values.version === true,
  };
}

/** What is run, and how it is read: the same for each command. */
export const STACK_OPTIONS = {
  stack: { type: "string", multiple: true },
  plan: { type: "string", multiple: true },
  state: { type: "string", multiple: true },
  ignore: { type: "string", multiple: true },
  "assume-gateway": { type: "boolean" },
  strict: { type: "boolean" },
  region: { type: "string" },
} as const;

type Options = NonNullable<ParseArgsConfig["options"]>;

/** @throws UsageError for an unknown option, or one without its value */
export function parsedArguments<T extends Options>(
  args: readonly string[],
  options: T,
): ReturnType<typeof parseArgs<{ options: T }>>["values"] {
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    // Node's advice on positional arguments that follows is for another program.
    const [problem = ""] = (error as Error).message.split(/\.(?: |$)/);
    const isFile = problem.startsWith("Unexpected argument");
    const remedy = isFile ? "; name a plan with --plan, a state with --state, a stack with --stack" : "";
    throw new UsageError(`${problem}${remedy}.`);
  }
}
