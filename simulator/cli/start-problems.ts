import { describeInDocument, PolicyDocumentError } from "../policies";
import { StackLoadError, unreadPolicies } from "../terraform";

/**
 * Why the simulator could not start, for the person at the terminal: one line, or every problem of the stacks,
 * grouped by resource; what several resources share, once, with the resources below it.
 * @returns nothing for an error that is a defect of the simulator
 */
export function startProblems(error: unknown): string | undefined {
  if (error instanceof StackLoadError) {
    const text = grouped(error.problems.map(({ address, message }) => ({ address, text: message })));
    const types = [
      ...new Set(error.problems.flatMap(({ message }) => UNSUPPORTED_TYPE.exec(message)?.[1] ?? [])),
    ];
    const ofGateways = types.filter((type) => OF_API_MANAGEMENT.test(type));
    const options = types.filter((type) => !ofGateways.includes(type)).map((type) => `--ignore ${type}`);
    return [
      text,
      ...(error.unsettled.length === 0 ? [] : [`${unreadPolicies(error.unsettled)}.`]),
      ...(options.length === 0
        ? []
        : [`Types that no request of the gateway reaches can be left out: ${options.join(" ")}`]),
      ...(ofGateways.length === 0
        ? []
        : [
            `Types of API Management may guard or answer: without ${ofGateways.join(", ")} it would be another ` +
              "gateway than the deployed one.",
          ]),
    ].join("\n\n");
  }
  if (error instanceof PolicyDocumentError) {
    return grouped(
      error.problems.map((problem) => ({
        address: problem.address,
        text: describeInDocument(problem),
      })),
    );
  }
  return fileProblem(error as NodeJS.ErrnoException) ?? listenProblem(error as ListenError);
}

const UNSUPPORTED_TYPE = /^(?:resource|azapi) type '([\w./]+)' is not supported by the simulator$/;

/** What a gateway is made of. */
const OF_API_MANAGEMENT = /^(?:azurerm_api_management(?:_|$)|Microsoft\.ApiManagement\/)/i;

/** In words, what hinders writing. */
const FILE_CAUSES: Readonly<Record<string, string>> = {
  EACCES: "this user may not write there",
  EPERM: "this user may not write there",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "a part of the path is not a folder",
  EEXIST: "a file of that name is in the way",
  ENOENT: "no folder can be made there",
};

/** What comes from a file, and not from a socket, has a path. */
function fileProblem({ code = "", path }: NodeJS.ErrnoException): string | undefined {
  const cause = FILE_CAUSES[code];
  return path === undefined || cause === undefined
    ? undefined
    : `${path} cannot be written: ${cause}. The simulator keeps certificates and tokens beside the stack while it runs; name another folder with --files.`;
}

type ListenError = NodeJS.ErrnoException & {
  readonly port?: number;
  readonly address?: string;
  /** Instead of the address, where it would not resolve. */
  readonly hostname?: string;
};

function listenProblem({ code, port, hostname = "", address = hostname }: ListenError): string | undefined {
  if (code === "EADDRINUSE") {
    return `Port ${port} of ${address} is taken. Choose another one with --port, or any free one with --port 0.`;
  }
  if (code === "EACCES") {
    return `Port ${port} is not allowed to this user. Choose one above 1023 with --port.`;
  }
  if (code === "ERR_SOCKET_BAD_PORT") {
    return "The ports after --port, for further gateways, page and proxy, end at 65535. Choose a lower one, or any free ones with --port 0.";
  }
  return code === "EADDRNOTAVAIL" || code === "ENOTFOUND"
    ? `This machine has no address '${address}' to listen on. Choose another one with --host.`
    : undefined;
}

function grouped(problems: readonly { readonly address: string; readonly text: string }[]): string {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  const groups = new Map<string, Set<string>>();
  for (const { address, text } of problems) {
    const isShared = problems.some((other) => other.text === text && other.address !== address);
    const [title, line] = isShared ? [text, address] : [address, text];
    groups.set(title, (groups.get(title) ?? new Set()).add(line));
  }
  return [
    `The simulator cannot run these stacks as they are written: ${count}.`,
    ...[...groups].flatMap(([title, lines]) => ["", title, ...[...lines].map((line) => `  - ${line}`)]),
  ].join("\n");
}
