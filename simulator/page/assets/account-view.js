import { byId, element } from "./element.js";
import { read } from "./server.js";
import { statusMark } from "./status-mark.js";

/** @typedef {import("../page-json").PageAccount} PageAccount */

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
        ...accounts.map(accountNode),
      );
    } catch (error) {
      this.view.replaceChildren(element("p", { class: "error" }, String(error)));
    }
  }
}

/** @param {PageAccount} account */
function accountNode({ name, location, hostNames, deployments, requests }) {
  return element(
    "article",
    { class: "card" },
    element("h2", {}, name),
    element("p", { class: "hint" }, `${location}, ${hostNames.join(", ")}`),
    element(
      "p",
      {},
      ...deployments.flatMap(({ name: id, model, capacity }) => [
        element("span", { class: "tag" }, `${id}: ${model}, capacity ${capacity}`),
        " ",
      ]),
    ),
    requests.length === 0
      ? element("p", { class: "hint" }, "No request reached it.")
      : element("div", { class: "scroll" }, requestTable(requests)),
  );
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
