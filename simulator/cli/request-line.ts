import { establishedCaller, type PolicyStep, type RequestTrace } from "../sinks";
import { printableLine } from "./printable-text";

/** One line of at most 100 columns for a request: when, how answered, how long, what, whose. */
export function requestLine(trace: RequestTrace): string {
  const time = new Date(trace.timestamp).toISOString().slice(11, 19);
  const status = trace.outcome === "completed" ? String(trace.status) : OUTCOMES[trace.outcome];
  const caller = establishedCaller(trace)?.client ?? "-";
  const parts = [
    time,
    status.padStart(5),
    `${trace.durationMs.toFixed(0)} ms`.padStart(8),
    shortened(trace.method, 7).padEnd(5),
    shortened(trace.path, 40).padEnd(40),
    shortened(caller, 22),
  ];
  return printableLine(parts.join("  ").trimEnd());
}

const OUTCOMES: Readonly<Record<Exclude<RequestTrace["outcome"], "completed">, string>> = {
  clientDisconnected: "left",
  backendBrokeOff: "broke",
};

/** Why the simulator itself could not run the request, if it could not. */
export function faultLines({ fault }: RequestTrace): readonly string[] {
  return fault === undefined
    ? []
    : [printableLine(`    ! the simulator failed: ${fault.split("\n")[0] ?? ""}`)];
}

/** The policies of a request and what they tell, nested ones further in. */
export function stepLines({ steps, backendCalls, messages, lastError }: RequestTrace): readonly string[] {
  const lines = [
    ...steps.map(stepLine),
    ...backendCalls.map(
      ({ host, method, path, status, failure }) =>
        `    → ${method} ${host}${path}: ${status ?? failure ?? ""}`,
    ),
    ...messages.map((message) => `    “${message}”`),
    ...(lastError === undefined
      ? []
      : [`    ! ${lastError.source} ${lastError.reason}: ${lastError.message}`]),
  ];
  return lines.map(printableLine);
}

function stepLine({ element, id, position, outcome, durationMs, detail }: PolicyStep): string {
  const depth = position.path.split("\\").length;
  const told = Object.entries(detail).map(([name, value]) => `${name}=${textOf(value)}`);
  const mark = { completed: " ", failed: "✗", endedPipeline: "■", cancelled: "–" }[outcome];
  const name = id === undefined ? element : `${element}#${id}`;
  return `  ${mark} ${position.section.padEnd(8)} ${"  ".repeat(depth - 1)}${name} ${durationMs.toFixed(1)} ms ${told.join(" ")}`.trimEnd();
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The end says more than the beginning: deployments and operations stand there. */
function shortened(text: string, columns: number): string {
  return text.length <= columns ? text : `…${text.slice(text.length - columns + 1)}`;
}
