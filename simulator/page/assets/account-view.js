import { controlButton } from "./control-button.js";
import { byId, element } from "./element.js";
import { read } from "./server.js";
import { statusMark } from "./status-mark.js";

/** @typedef {import("../page-json").PageAccount} PageAccount */

/** @typedef {import("../page-control").AccountAction} AccountAction */

/** @type {readonly (readonly [AccountAction, string])[]} */
const ACTIONS = [
  ["throttle", "answer 429"],
  ["fail", "answer 500"],
  ["down", "refuse connections"],
  ["slow", "be slow"],
  ["recover", "recover"],
];

/** The Azure OpenAI accounts and what reached them. */
export class AccountView {
  constructor() {
    this.view = byId("accounts");
  }

  async refresh() {
    try {
      /** @type {readonly PageAccount[]} */
      const accounts = await read("accounts.json");
      this.view.replaceChildren(
        ...(accounts.length === 0 ? [element("p", { class: "hint" }, "The stack has no account.")] : []),
        ...accounts.map((account) => this.accountNode(account)),
      );
    } catch (error) {
      this.view.replaceChildren(element("p", { class: "error" }, String(error)));
    }
  }

  /** @param {PageAccount} account */
  accountNode({ name, location, hostNames, deployments, breakers, faults, requests }) {
    return element(
      "article",
      { class: "card" },
      element("h2", {}, name),
      element("p", { class: "hint" }, `${location}, ${hostNames.join(", ")}`),
      element(
        "p",
        {},
        ...deployments.flatMap(({ name: id, model, capacity }) => [
          element("span", { class: "tag" }, `${id}: ${model}, ${capacity}`),
          " ",
        ]),
      ),
      element(
        "ul",
        { class: "plain" },
        ...breakers.map(({ backend, openForSeconds }) =>
          element(
            "li",
            openForSeconds > 0 ? { class: "error" } : {},
            `Circuit breaker of ${backend}: ${openForSeconds > 0 ? `open for ${openForSeconds} s` : "closed"}`,
          ),
        ),
        ...faults.map((fault) => element("li", { class: "error" }, `Made to go wrong: ${faultText(fault)}`)),
      ),
      element("p", {}, ...ACTIONS.flatMap(([action, text]) => [this.button(name, action, text), " "])),
      requests.length === 0
        ? element("p", { class: "hint" }, "No request reached it.")
        : element("div", { class: "scroll" }, requestTable(requests)),
    );
  }

  /**
   * @param {string} name
   * @param {AccountAction} action
   * @param {string} text
   */
  button(name, action, text) {
    const change = { kind: /** @type {const} */ ("account"), name, action };
    return controlButton(text, `${text}: ${name}`, change, () => this.refresh());
  }
}

/**
 * @param {PageAccount["faults"][number]} fault
 */
function faultText({ status, retryAfterSeconds, latencyMs, down }) {
  return [
    down && "refuses connections",
    status && `answers ${status}`,
    retryAfterSeconds && `retry after ${retryAfterSeconds} s`,
    latencyMs && `waits ${latencyMs} ms`,
  ]
    .filter(Boolean)
    .join(", ");
}

/** @param {PageAccount["requests"]} requests */
function requestTable(requests) {
  const heads = ["Status", "Request", "Principal", "Tokens", "Time"].map((text) =>
    element("th", { scope: "col" }, text),
  );
  return element(
    "table",
    {},
    element("thead", {}, element("tr", {}, ...heads)),
    element(
      "tbody",
      {},
      ...requests.map(
        ({ status, method, path, callerObjectId, promptTokens, completionTokens, aborted, time }) =>
          element(
            "tr",
            {},
            element("td", {}, statusMark(status), ...(aborted ? [" broken off"] : [])),
            element("td", {}, element("code", {}, `${method} ${path}`)),
            element("td", {}, element("code", {}, callerObjectId ?? "–")),
            element(
              "td",
              {},
              promptTokens === undefined ? "–" : `${promptTokens} + ${completionTokens ?? 0}`,
            ),
            element("td", {}, new Date(time).toLocaleTimeString()),
          ),
      ),
    ),
  );
}
