import { element } from "./element.js";
import { refusalSummary } from "./refusal-summary.js";
import { statusMark } from "./status-mark.js";

/** @typedef {import("../page-json").PageRequest} PageRequest */
/** @typedef {import("../../sinks").PolicyStep} PolicyStep */

/** @type {Readonly<Record<PolicyStep["outcome"], string>>} */
const OUTCOMES = {
  completed: "completed",
  failed: "failed",
  endedPipeline: "ended the pipeline",
  cancelled: "cancelled",
};

/**
 * Everything that is known of a request.
 * @param {PageRequest} request
 * @param {string} [curl] the same call for a shell, where the page made it
 * @returns {readonly HTMLElement[]}
 */
export function requestDetail(request, curl) {
  const { method, path, status, durationMs, steps, backendCalls, messages, variables, lastError } = request;
  return [
    element("h2", {}, statusMark(status), ` ${method} ${path}`),
    ...refusalSummary(request),
    ...(curl === undefined ? [] : [copyButton(curl)]),
    facts([
      ["Caller", callerText(request)],
      ["API", [request.api, request.operation].filter(Boolean).join(" / ")],
      ["Product", request.product],
      ["Gateway", request.gateway],
      ["Answer", `${ENDINGS[request.outcome]}, ${durationMs.toFixed(1)} ms`],
      ["Error", lastError && `${lastError.source} ${lastError.reason}: ${lastError.message}`],
      ["Simulator failed", request.fault],
      ["Request id", request.requestId],
    ]),
    ...section("Response headers", headersOf(request).length, facts(headersOf(request))),
    ...section("Steps", steps.length, stepTable(steps)),
    ...section("Calls to backends", backendCalls.length, backendList(backendCalls)),
    ...section("Messages", messages.length, list(messages)),
    ...section("Variables", Object.keys(variables).length, facts(Object.entries(variables))),
  ];
}

/** @type {Readonly<Record<PageRequest["outcome"], string>>} */
const ENDINGS = {
  completed: "sent to its end",
  clientDisconnected: "the caller left",
  backendBrokeOff: "the backend broke off",
};

/**
 * @param {PageRequest} request
 * @returns {readonly (readonly [string, string])[]}
 */
function headersOf({ responseHeaders = {} }) {
  return Object.entries(responseHeaders).map(([name, values]) => [name, values.join(", ")]);
}

/** @param {string} curl */
function copyButton(curl) {
  const button = element("button", { type: "button", class: "small" }, "Copy as curl");
  button.addEventListener("click", () => {
    navigator.clipboard.writeText(curl).then(
      () => (button.textContent = "Copied"),
      // Browsers may forbid it: then it stands there to be copied by hand.
      () => button.replaceWith(element("pre", { tabindex: 0, "aria-label": "curl command" }, curl)),
    );
  });
  return button;
}

/** @param {PageRequest} request */
function callerText({ caller }) {
  if (caller === undefined) {
    return "nobody was established";
  }
  const { client, method, user } = caller;
  return [client, method && `by ${method}`, user && `user ${user}`].filter(Boolean).join(", ");
}

/**
 * @param {string} title
 * @param {number} count
 * @param {HTMLElement} content
 * @returns {readonly HTMLElement[]}
 */
function section(title, count, content) {
  return count === 0 ? [] : [element("h3", {}, `${title} (${count})`), content];
}

/** @param {readonly (readonly [string, string | undefined])[]} entries */
function facts(entries) {
  return element(
    "dl",
    {},
    ...entries.flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [element("dt", {}, name), element("dd", {}, value)],
    ),
  );
}

/** @param {readonly string[]} texts */
function list(texts) {
  return element("ul", {}, ...texts.map((text) => element("li", {}, text)));
}

/** Policies that only prepare what others decide. */
const PREPARING = new Set([
  "set-variable",
  "set-header",
  "set-query-parameter",
  "set-method",
  "set-body",
  "set-status",
  "rewrite-uri",
  "trace",
  "emit-metric",
  "llm-emit-token-metric",
  "azure-openai-emit-token-metric",
]);

/**
 * What a request's fate hung on: everything but what only prepares, and blocks.
 * @param {readonly PolicyStep[]} steps
 */
function decidingSteps(steps) {
  return steps.filter(
    ({ element: name, outcome }) => outcome !== "completed" || !(PREPARING.has(name) || isBlock(name)),
  );
}

/** @param {string} name */
function isBlock(name) {
  return name === "choose" || name === "include-fragment";
}

/**
 * The deciding steps, and all when somebody asks.
 * @param {readonly PolicyStep[]} steps
 */
function stepTable(steps) {
  const deciding = decidingSteps(steps);
  if (deciding.length === 0 || deciding.length === steps.length) {
    return allSteps(steps);
  }
  const show = element("button", { type: "button", class: "more" }, `show all ${steps.length} steps`);
  const some = element(
    "div",
    {},
    element("p", { class: "hint" }, `${deciding.length} that decided; `, show),
    allSteps(deciding),
  );
  show.addEventListener("click", () => some.replaceWith(allSteps(steps)));
  return some;
}

/** @param {readonly PolicyStep[]} steps */
function allSteps(steps) {
  const heads = [
    element("th", { scope: "col" }, "Policy"),
    element("th", { scope: "col" }, "Outcome"),
    element("th", { scope: "col", class: "number" }, "ms"),
  ];
  return element(
    "table",
    { class: "steps" },
    element("thead", {}, element("tr", {}, ...heads)),
    element("tbody", {}, ...stepRuns(steps).flatMap(runRows)),
  );
}

/** Steps of one kind in a row that are shown as one. */
const MAX_RUN_LENGTH = 3;

/**
 * Steps that follow each other, do the same kind of thing and went well, together.
 * @param {readonly PolicyStep[]} steps
 * @returns {readonly (readonly PolicyStep[])[]}
 */
function stepRuns(steps) {
  /** @type {PolicyStep[][]} */
  const runs = [];
  for (const step of steps) {
    const run = runs.at(-1);
    const [first] = run ?? [];
    const isSame =
      first !== undefined &&
      first.outcome === "completed" &&
      step.outcome === "completed" &&
      first.element === step.element &&
      first.position.scope === step.position.scope &&
      depthOf(first) === depthOf(step);
    if (run !== undefined && isSame) {
      run.push(step);
    } else {
      runs.push([step]);
    }
  }
  return runs;
}

/**
 * @param {readonly PolicyStep[]} run
 * @returns {readonly HTMLElement[]}
 */
function runRows(run) {
  const rows = run.map(stepRow);
  const [first] = run;
  if (first === undefined || run.length <= MAX_RUN_LENGTH) {
    return rows;
  }
  rows.forEach((row) => (row.hidden = true));
  const sum = run.reduce((total, { durationMs }) => total + durationMs, 0);
  const show = element("button", { type: "button", class: "more" }, `show all ${run.length}`);
  const together = element(
    "tr",
    {},
    element("td", { class: `depth${depthOf(first)}` }, ...head(first), ` × ${run.length} `, show),
    element("td", {}, OUTCOMES.completed),
    element("td", { class: "number" }, sum.toFixed(2)),
  );
  show.addEventListener("click", () => {
    together.remove();
    rows.forEach((row) => (row.hidden = false));
  });
  return [together, ...rows];
}

/** @param {PolicyStep} step */
function depthOf({ position }) {
  return Math.min(position.path.split("\\").length - 1, 6);
}

/** @param {PolicyStep} step */
function head({ element: name, position }) {
  return [
    element("span", { class: `scope ${position.scope}` }, position.scope),
    " ",
    element("code", {}, name),
  ];
}

/** @param {PolicyStep} step */
function stepRow(step) {
  const { id, position, outcome, durationMs, detail } = step;
  const place = `${position.address}, ${position.section}, line ${position.line}`;
  const told = Object.entries(detail).map(
    ([key, value]) => `${key}: ${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return element(
    "tr",
    { class: outcome },
    element(
      "td",
      { class: `depth${depthOf(step)}`, title: place },
      ...head(step),
      ...(id === undefined ? [] : [` ${id}`]),
      ...(told.length === 0 ? [] : [element("div", { class: "hint" }, told.join("; "))]),
    ),
    element("td", {}, OUTCOMES[outcome]),
    element("td", { class: "number" }, durationMs.toFixed(2)),
  );
}

/** @param {PageRequest["backendCalls"]} calls */
function backendList(calls) {
  return element(
    "ul",
    { class: "plain" },
    ...calls.map(({ method, host, path, status, failure, backend }) =>
      element(
        "li",
        {},
        statusMark(status),
        ` ${method} `,
        element("code", {}, `${host}${path}`),
        ...(backend === undefined ? [] : [element("div", { class: "hint" }, `backend ${backend}`)]),
        ...(failure === undefined ? [] : [element("div", { class: "hint" }, failure)]),
      ),
    ),
  );
}
