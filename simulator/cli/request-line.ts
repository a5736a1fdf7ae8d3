import { establishedCaller, type PolicyStep, type RequestTrace } from "../sinks";

const pathColumns = 46;

/** One line of at most 100 columns for a request: when, what, how answered, whose, how long. */
export function requestLine(trace: RequestTrace): string {
  const time = new Date(trace.timestamp).toISOString().slice(11, 19);
  const caller = establishedCaller(trace)?.client ?? "-";
  const status = trace.outcome === "completed" ? String(trace.status) : outcomes[trace.outcome];
  return [
    time,
    status.padStart(3),
    `${trace.durationMs.toFixed(0)} ms`.padStart(7),
    trace.method.padEnd(4),
    shortened(trace.path, pathColumns).padEnd(pathColumns),
    shortened(caller, 24),
  ]
    .join("  ")
    .trimEnd();
}

const outcomes: Readonly<Record<Exclude<RequestTrace["outcome"], "completed">, string>> = {
  clientDisconnected: "caller left",
  backendBrokeOff: "backend broke off",
};

/** The policies of a request and what they tell, nested ones further in. */
export function stepLines({ steps, backendCalls, messages, lastError }: RequestTrace): readonly string[] {
  return [
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
