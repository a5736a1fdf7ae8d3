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

/** Beside each cell where there is no room for columns. */
const COLUMNS = ["Client", "Requests", "Limits", "Spent this month"];

/** @param {PageClients["clients"]} clients */
function clientTable(clients) {
  return element(
    "table",
    { class: "cards" },
    element("thead", {}, element("tr", {}, ...COLUMNS.map((text) => element("th", { scope: "col" }, text)))),
    element(
      "tbody",
      {},
      ...clients.map(({ client, gateway, requests, statuses, limits, spending }) =>
        element(
          "tr",
          {},
          cell(0, client, element("span", { class: "hint" }, gateway)),
          cell(
            1,
            String(requests),
            element(
              "span",
              { class: "hint" },
              statuses.map(([status, count]) => `${status}: ${count}`).join(", "),
            ),
          ),
          cell(2, element("ul", { class: "plain" }, ...limits.map(limitItem))),
          cell(3, ...(spending === undefined ? ["–"] : spendingItems(spending))),
        ),
      ),
    ),
  );
}

/**
 * @param {number} column
 * @param {...(Node | string)} content
 */
function cell(column, ...content) {
  const label = COLUMNS[column] ?? "";
  return element(
    "td",
    column === 0 ? { class: "caller", "data-label": label } : { "data-label": label },
    ...content,
  );
}

/** @param {NonNullable<PageClients["clients"][number]["spending"]>} spending */
function spendingItems({ promptTokens, completionTokens, spent, currency, budget }) {
  const all = budget === undefined ? "" : ` of ${budget.toLocaleString("en")}`;
  const [prompt, completion] = [promptTokens, completionTokens].map((tokens) => tokens.toLocaleString("en"));
  return [
    `${amount(spent)}${all} ${currency}`,
    element("span", { class: "hint" }, `${prompt} prompt + ${completion} completion tokens`),
  ];
}

/** Calls cost little: what is less than the last digit is not nothing. @param {number} spent */
function amount(spent) {
  const [whole, digits] = spent.toFixed(4).split(".");
  const text = `${Number(whole).toLocaleString("en")}.${digits}`;
  return spent > 0 && text === "0.0000" ? "less than 0.0001" : text;
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
