import { controlButton } from "./control-button.js";
import { byId, element } from "./element.js";
import { read } from "./server.js";

/** @typedef {ReturnType<typeof import("../page-clients").pageClients>} PageClients */
/** @typedef {import("../page-control").SubscriptionAction} SubscriptionAction */

/** Who has called, with what is left of limits, and the subscriptions with what can be done to them. */
export class ClientView {
  constructor() {
    this.view = byId("clients");
  }

  async refresh() {
    try {
      /** @type {PageClients} */
      const { clients, subscriptions } = await read("clients.json");
      this.view.replaceChildren(
        element("h2", {}, "Clients that have called"),
        clients.length === 0
          ? element("p", { class: "hint" }, "Nobody has called yet.")
          : element("div", { class: "scroll" }, clientTable(clients)),
        ...(subscriptions.length === 0
          ? []
          : [element("h2", {}, "Subscriptions"), this.subscriptionList(subscriptions)]),
      );
    } catch (error) {
      this.view.replaceChildren(element("p", { class: "error" }, String(error)));
    }
  }

  /** @param {PageClients["subscriptions"]} subscriptions */
  subscriptionList(subscriptions) {
    return element(
      "ul",
      { class: "plain" },
      ...subscriptions.map(({ id, state }) => {
        const action = state === "active" ? "suspend" : "activate";
        return element(
          "li",
          { class: "bar" },
          element("span", { class: "grow" }, `${id}: ${state}`),
          this.button(`${action} ${id}`, action, id, action),
          this.button(`replace the primary key of ${id}`, "new key", id, "rotate"),
        );
      }),
    );
  }

  /**
   * @param {string} title
   * @param {string} text
   * @param {string} name
   * @param {SubscriptionAction} action
   */
  button(title, text, name, action) {
    const change = { kind: /** @type {const} */ ("subscription"), name, action };
    return controlButton(text, title, change, () => this.refresh());
  }
}

/** @param {PageClients["clients"]} clients */
function clientTable(clients) {
  return element(
    "table",
    {},
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...["Client", "Requests", "Limits", "Spent this month"].map((text) =>
          element("th", { scope: "col" }, text),
        ),
      ),
    ),
    element(
      "tbody",
      {},
      ...clients.map(({ client, gateway, requests, statuses, limits, spending }) =>
        element(
          "tr",
          {},
          element("td", { class: "caller" }, client, element("span", { class: "hint" }, gateway)),
          element(
            "td",
            {},
            String(requests),
            element(
              "span",
              { class: "hint" },
              statuses.map(([status, count]) => `${status}: ${count}`).join(", "),
            ),
          ),
          element("td", {}, element("ul", { class: "plain" }, ...limits.map(limitItem))),
          element("td", {}, ...(spending === undefined ? ["–"] : spendingItems(spending))),
        ),
      ),
    ),
  );
}

/** @param {NonNullable<PageClients["clients"][number]["spending"]>} spending */
function spendingItems({ promptTokens, completionTokens, spent, currency, budget }) {
  const money = `${spent.toFixed(4)} ${currency}`;
  const tokens = `${promptTokens.toLocaleString("en")} + ${completionTokens.toLocaleString("en")} tokens`;
  return [
    budget === undefined ? money : `${money} of ${budget.toLocaleString("en")}`,
    element("span", { class: "hint" }, tokens),
  ];
}

/** @param {PageClients["clients"][number]["limits"][number]} limit */
function limitItem({ what, amount, remaining }) {
  const all = amount.toLocaleString("en");
  return element(
    "li",
    {},
    remaining === undefined ? `${all} ${what}` : `${remaining.toLocaleString("en")} left of ${all} ${what}`,
  );
}
