import { element } from "./element.js";

/** @typedef {import("../page-json").PageRequest} PageRequest */

/**
 * What to do about a status, where the answer itself does not say.
 * @type {Readonly<Record<number, string>>}
 */
const REMEDIES = {
  400: "Send what the API takes: the view Access says what a request of each client may have.",
  401: "Send a credential that the API takes: the form offers callers with good ones.",
  403: "The caller is known and not allowed to do this: the view Access says what it may call.",
  404: "No API, operation or deployment has this address: the view APIs and policies lists them.",
  405: "The operation exists with another method: the view APIs and policies lists them.",
  413: "Send a smaller body.",
  415: "Send the content type that the operation takes.",
  429: "Wait as long as Retry-After says: the view Clients shows what is left of limits.",
  500: "The policies failed, or the simulator: the failed step below says which one and why.",
  502: "The account answered with an error: see the calls to backends below.",
  503: "No backend is available: the view Accounts shows breakers and what was made to fail.",
  504: "The account did not answer in time: the view Accounts shows what was made slow.",
};

/**
 * Why a request was not served, and what to do; first of what is shown of it.
 * @param {PageRequest} request
 * @returns {readonly HTMLElement[]}
 */
export function refusalSummary(request) {
  const { status, fault, lastError, steps, errorBody } = request;
  if (status === undefined || status < 400) {
    return [];
  }
  const told = toldIn(errorBody);
  const step = steps.findLast(({ outcome }) => outcome === "failed" || outcome === "endedPipeline");
  const rule = /^[\w-]+:([\w-]+)$/.exec(request.variables["refusal"] ?? "")?.[1];
  const reason = fault ?? told.message ?? lastError?.message ?? "The answer does not say why.";
  const where =
    step === undefined
      ? request.api === undefined
        ? "No policy ran: nothing has this address."
        : ""
      : `${step.outcome === "failed" ? "Failed" : "Answered"} in ${step.element}, ${step.position.address}, ${step.position.section}, line ${step.position.line}.`;
  // What the policies found, which the caller is not told.
  const found =
    lastError && `${lastError.source}: ${lastError.reason}, ${detailOf(steps) ?? lastError.message}`;
  return [
    element(
      "div",
      { class: "refusal", role: "note" },
      element(
        "p",
        {},
        element("strong", {}, told.code ?? `Status ${status}`),
        rule === undefined ? "" : ` by the rule ${rule}`,
        `: ${reason}`,
      ),
      ...(found === undefined ? [] : [element("p", {}, element("strong", {}, "Found: "), found)]),
      ...(where === "" ? [] : [element("p", { class: "hint" }, where)]),
      element("p", {}, element("strong", {}, "What to do: "), REMEDIES[status] ?? "See the steps below."),
    ),
  ];
}

/**
 * What the policy that failed tells of it.
 * @param {PageRequest["steps"]} steps
 */
function detailOf(steps) {
  const detail = steps.findLast(({ outcome, detail: told }) => outcome === "failed" && "detail" in told)
    ?.detail["detail"];
  return typeof detail === "string" ? detail : undefined;
}

/**
 * @param {string | undefined} body
 * @returns {{ code?: string, message?: string }}
 */
function toldIn(body) {
  try {
    const { error, message } = JSON.parse(body ?? "");
    return { code: error?.code ?? undefined, message: error?.message ?? message };
  } catch {
    return body ? { message: body } : {};
  }
}
