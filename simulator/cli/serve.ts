import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as AccessSearch from "../access";
import type { ApiAccess } from "../access";
import type * as Page from "../page";
import type { TestedLines } from "../page";
import { PolicyCoverage } from "../policies";
import { simulate, type SimulateOptions, type Simulation } from "../simulation";
import { establishedCaller, type RequestTrace } from "../sinks";
import { CallCommands } from "./call-commands";
import type { CommandLine } from "./command-line";
import { CredentialFiles } from "./credential-files";
import { refuseUnusedTypes, refuseWithoutGateway, refuseWrongArgument } from "./loaded-stacks";
import { printableText } from "./printable-text";
import { faultLines, requestLine, stepLines } from "./request-line";
import { type StackDirectories, stackDirectories } from "./stack-directories";
import { startProblems } from "./start-problems";
import type * as Report from "./start-report";
import { startText } from "./start-text";

const PAGE_PATH = "/_simulator";

/**
 * Runs stacks until it is told to stop.
 * @returns the exit code: 0 stopped, 1 the stacks could not be run
 * @throws UsageError for stacks that do not exist or have no gateway, or a region that none serves
 */
export async function serve(stopped: Promise<unknown>, commandLine: CommandLine): Promise<number> {
  try {
    await serveUntil(stopped, commandLine);
    return 0;
  } catch (error) {
    refuseWrongArgument(error);
    const problems = startProblems(error);
    if (problems === undefined) {
      throw error;
    }
    console.error(printableText(problems));
    return 1;
  }
}

async function serveUntil(stopped: Promise<unknown>, commandLine: CommandLine): Promise<void> {
  const { port, host, strict, region, ignoredTypes, assumeGateways } = commandLine;
  const output = process.env["CDKTF_OUTDIR"] ?? "cdktf.out";
  const stacks = stackDirectories(commandLine.stacks, output, commandLine.shown);
  const inputs = { ignoredTypes, assumeGateways };
  const coverage = new PolicyCoverage();
  const simulation = await simulate(stacks.directories, {
    port,
    host,
    inputs,
    strict,
    region,
    coverage,
    onLoaded: (model) => {
      refuseWithoutGateway(model, stacks);
      refuseUnusedTypes([model]);
    },
  });
  try {
    console.error(`Gateways answer at ${urlsOf(simulation)}. Trying out who gets in …`);
    const accesses = await rehearse(stacks, { inputs, strict, region });
    await report(stopped, { simulation, accesses, stacks, commandLine, coverage });
  } finally {
    await simulation.close();
  }
}

function urlsOf(simulation: Simulation): string {
  return simulation.model.gateways.map(({ name }) => simulation.urlOf(name)).join(", ");
}

/** In a simulation of its own: what is tried counts against limits and stands in logs. */
async function rehearse(
  { directories }: StackDirectories,
  options: SimulateOptions,
): Promise<readonly ApiAccess[]> {
  // The gateways answer without it.
  const { findAccess } = require("../access") as typeof AccessSearch;
  const rehearsal = await simulate(directories, options);
  try {
    return await findAccess(rehearsal);
  } finally {
    await rehearsal.close();
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

/** Says how to call what runs, then what is called. */
async function report(
  stopped: Promise<unknown>,
  { simulation, accesses, stacks, commandLine, coverage }: Run,
): Promise<void> {
  const { accessOf } = require("../access") as typeof AccessSearch;
  const { SimulatorPage } = require("../page") as typeof Page;
  const { createStartReport } = require("./start-report") as typeof Report;
  const folder = join(commandLine.files ?? stacks.folder, `simulator-${new URL(simulation.url).port}`);
  const files = new CredentialFiles(folder);
  try {
    const { host, strict, region, ignoredTypes, assumeGateways, program } = commandLine;
    const commands = new CallCommands({ simulation, files, host });
    const simulatorPage = new SimulatorPage({
      simulation,
      accesses,
      path: PAGE_PATH,
      searchAccess: (onTrial) =>
        accessOf(stacks.directories, { inputs: { ignoredTypes, assumeGateways }, strict, region, onTrial }),
      counts: { coverage, tested: testedLines(commandLine, stacks) },
      curlOf: (call) => commands.command(call, "page"),
    });
    simulation.mount(PAGE_PATH, simulatorPage.listener);
    simulation.mount("/", (_, response) => response.writeHead(302, { Location: PAGE_PATH }).end());
    const page = `http://localhost:${new URL(simulation.proxyUrl).port}${PAGE_PATH}`;
    const started = await createStartReport({ simulation, accesses, commands, page, program });
    console.log(
      commandLine.json
        ? JSON.stringify({ event: "started", stacks: stacks.names, ...started })
        : `${printableText(startText(started, stacks, commandLine.allClients))}\n`,
    );
    simulation.traces.forEach((trace) => showRequest(trace, commandLine));
    simulation.onRequest((trace) => showRequest(trace, commandLine));
    await stopped;
  } finally {
    files.remove();
  }
}

function testedLines({ coverage }: CommandLine, { names }: StackDirectories): TestedLines | undefined {
  const { readTestedLines } = require("../page") as typeof Page;
  return coverage === undefined ? undefined : readTestedLines(readFileSync(coverage, "utf8"), names);
}

function showRequest(trace: RequestTrace, { json, trace: withSteps }: CommandLine): void {
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
}
