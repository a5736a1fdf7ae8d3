import { once } from "node:events";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessOf, type ApiAccess, findAccess } from "../access";
import { readTestedLines, SimulatorPage, type TestedLines } from "../page";
import { PolicyCoverage } from "../policies";
import { simulate, type SimulateOptions, type Simulation } from "../simulation";
import { establishedCaller } from "../sinks";
import { runAccess } from "./access-command";
import { CallCommands } from "./call-commands";
import { type CommandLine, readCommandLine, USAGE, UsageError } from "./command-line";
import { CredentialFiles } from "./credential-files";
import { printableText } from "./printable-text";
import { faultLines, requestLine, stepLines } from "./request-line";
import { type StackDirectories, stackDirectories } from "./stack-directories";
import { startProblems } from "./start-problems";
import { createStartReport } from "./start-report";
import { startText } from "./start-text";

const PAGE_PATH = "/_simulator";

/**
 * Runs the simulator until SIGINT or SIGTERM, or a command to its end.
 * @param args of the command line, without the program
 * @returns the exit code: 0 stopped, 1 could not run, 2 wrong arguments; those of a command are its own
 */
export async function run(args: readonly string[]): Promise<number> {
  const [command, ...rest] = args;
  if (command === "access") {
    return withUsage(() => runAccess(rest));
  }
  // npm passes on the SIGINT that the terminal sends to both: the second one must not cut the end short.
  process.on("SIGINT", () => undefined);
  const stopped = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]);
  return withUsage(async () => {
    const commandLine = readCommandLine(args);
    if (commandLine.help) {
      console.log(USAGE);
      return 0;
    }
    try {
      await runUntil(stopped, commandLine);
      return 0;
    } catch (error) {
      const problems = startProblems(error);
      if (problems === undefined) {
        throw error;
      }
      console.error(printableText(problems));
      return 1;
    }
  });
}

/** Says what is wrong with arguments. @returns the exit code */
async function withUsage(main: () => Promise<number>): Promise<number> {
  try {
    return await main();
  } catch (error) {
    if (!(error instanceof UsageError)) {
      throw error;
    }
    console.error(`${error.message}\n'--help' shows the options.`);
    return 2;
  }
}

async function runUntil(stopped: Promise<unknown>, commandLine: CommandLine): Promise<void> {
  const { port, host } = commandLine;
  const output = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  const stacks = stackDirectories(commandLine.stacks, output, commandLine.shown);
  const { strict, region } = commandLine;
  const inputs = { ignoredTypes: commandLine.ignoredTypes };
  // First, on free ports: what is wrong with the stacks is said before a port that is taken.
  const accesses = await rehearse(stacks, { inputs, strict, region });
  const coverage = new PolicyCoverage();
  const simulation = await simulate(stacks.directories, { port, host, inputs, strict, region, coverage });
  try {
    await serve(stopped, { simulation, accesses, stacks, commandLine, coverage });
  } finally {
    await simulation.close();
  }
}

interface Run {
  readonly simulation: Simulation;
  readonly accesses: readonly ApiAccess[];
  readonly stacks: StackDirectories;
  readonly commandLine: CommandLine;
  /** What the simulation's requests reach. */
  readonly coverage: PolicyCoverage;
}

async function serve(
  stopped: Promise<unknown>,
  { simulation, accesses, stacks, commandLine, coverage }: Run,
): Promise<void> {
  const folder = join(stacks.folder, `simulator-${new URL(simulation.url).port}`);
  const files = new CredentialFiles(folder);
  try {
    const { host, strict, ignoredTypes, program } = commandLine;
    const commands = new CallCommands({ simulation, files, host });
    const simulatorPage = new SimulatorPage({
      simulation,
      accesses,
      path: PAGE_PATH,
      searchAccess: (onTrial) => accessOf(stacks.directories, { inputs: { ignoredTypes }, strict, onTrial }),
      counts: { coverage, tested: testedLines(commandLine, stacks) },
      curlOf: (call) => commands.command(call, "page"),
    });
    simulation.mount(PAGE_PATH, simulatorPage.listener);
    simulation.mount("/", (_, response) => response.writeHead(302, { Location: PAGE_PATH }).end());
    const page = `http://localhost:${new URL(simulation.proxyUrl).port}${PAGE_PATH}`;
    const report = await createStartReport({ simulation, accesses, commands, page, program });
    console.log(
      commandLine.json
        ? JSON.stringify({ event: "started", stacks: stacks.names, ...report })
        : `${printableText(startText(report, stacks, commandLine.allClients))}\n`,
    );
    showRequests(simulation, commandLine);
    await stopped;
  } finally {
    files.remove();
  }
}

function testedLines({ coverage }: CommandLine, { names }: StackDirectories): TestedLines | undefined {
  return coverage === undefined ? undefined : readTestedLines(readFileSync(coverage, "utf8"), names);
}

/**
 * In a simulation of its own: what is tried counts against limits and stands in logs.
 * @throws UsageError when the stacks have no gateway
 */
async function rehearse(
  { directories, names, others }: StackDirectories,
  options: SimulateOptions,
): Promise<readonly ApiAccess[]> {
  const rehearsal = await simulate(directories, options);
  try {
    if (rehearsal.model.gateways.length === 0) {
      const known = others.length === 0 ? "" : ` Stacks with one: ${others.join(", ")}.`;
      throw new UsageError(`${names.join(", ")}: there is no API Management service to run.${known}`);
    }
    return await findAccess(rehearsal);
  } finally {
    await rehearsal.close();
  }
}

function showRequests(simulation: Simulation, { json, trace: withSteps }: CommandLine): void {
  simulation.onRequest((trace) => {
    if (json) {
      const { steps, variables, ...summary } = trace;
      const inside = withSteps ? { steps, variables } : {};
      const caller = establishedCaller(trace);
      console.log(JSON.stringify({ event: "request", caller, ...summary, ...inside }));
    } else {
      console.log(
        [requestLine(trace), ...faultLines(trace), ...(withSteps ? stepLines(trace) : [])].join("\n"),
      );
    }
  });
}
