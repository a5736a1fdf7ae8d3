import { byId, element } from "./element.js";
import { read } from "./server.js";

/** @typedef {import("../page-json").PageStack} PageStack */
/** @typedef {import("../page-json").PageGateway} PageGateway */
/** @typedef {import("../page-json").PageApi} PageApi */
/** @typedef {import("../page-json").PagePolicyElement} PagePolicyElement */
/** @typedef {{ gateway: string, api: string, operation: string, product: string }} Scope */

/** APIs with their operations, and the policies that run for the chosen one. */
export class PolicyView {
  /** @param {PageStack} stack */
  constructor(stack) {
    this.policy = byId("policy");
    const navigation = byId("operations");
    /** @type {HTMLButtonElement[]} */
    this.buttons = [];
    navigation.append(...stack.gateways.flatMap((gateway) => this.gatewayNodes(gateway)));
    this.buttons[0]?.click();
  }

  /** @param {PageGateway} gateway */
  gatewayNodes(gateway) {
    return [
      element("h2", {}, gateway.name),
      element("p", { class: "hint" }, `${gateway.tier}, ${[gateway.url, ...gateway.hostNames].join(", ")}`),
      ...gateway.apis.map((api) =>
        element(
          "div",
          { class: "api" },
          element("h3", {}, `${api.name}`, element("span", { class: "hint" }, ` ${api.path}`)),
          ...api.unknown.map(({ label, reason }) => element("p", { class: "hint" }, `${label}: ${reason}`)),
          element(
            "ul",
            { class: "plain" },
            this.item("All operations", api, {
              gateway: gateway.name,
              api: api.name,
              operation: "",
              product: "",
            }),
            ...api.products.map((product) =>
              this.item(`Product ${product}`, api, {
                gateway: gateway.name,
                api: api.name,
                operation: "",
                product,
              }),
            ),
            ...api.operations.map(({ id, method, urlTemplate }) =>
              this.item(`${method} ${urlTemplate}`, api, {
                gateway: gateway.name,
                api: api.name,
                operation: id,
                product: "",
              }),
            ),
          ),
        ),
      ),
    ];
  }

  /**
   * @param {string} text
   * @param {PageApi} api
   * @param {Scope} scope
   */
  item(text, api, scope) {
    const button = element("button", { type: "button", class: "path" }, text);
    button.addEventListener("click", () => void this.show(button, `${api.name}: ${text}`, scope));
    this.buttons.push(button);
    return element("li", {}, button);
  }

  /**
   * @param {HTMLButtonElement} button
   * @param {string} title
   * @param {Scope} scope
   */
  async show(button, title, scope) {
    for (const other of this.buttons) {
      other.setAttribute("aria-current", String(other === button));
    }
    try {
      /** @type {Readonly<Record<string, readonly PagePolicyElement[]>>} */
      const sections = await read("policy.json", scope);
      this.policy.replaceChildren(
        element("h2", {}, title),
        element(
          "p",
          { class: "hint" },
          "What runs, in this order. Each element is marked with the scope it comes from.",
        ),
        ...Object.entries(sections).flatMap(([name, elements]) => [
          element("h3", {}, name),
          elements.length === 0
            ? element("p", { class: "hint" }, "nothing")
            : element("div", { class: "elements" }, ...elements.map(policyNode)),
        ]),
      );
    } catch (error) {
      this.policy.replaceChildren(element("p", { class: "error" }, String(error)));
    }
  }
}

/**
 * @param {PagePolicyElement} policy
 * @returns {HTMLElement}
 */
function policyNode(policy) {
  const { name, attributes, text, children, scope, address, line } = policy;
  const untaken = policy.untaken ?? [];
  const head = [
    element("span", { class: `scope ${scope}`, title: `${address}, line ${line}` }, scope),
    " ",
    element("code", { class: "name" }, name),
    ...attributes
      .filter(([, value]) => !isLong(value))
      .flatMap(([key, value]) => [" ", element("code", {}, `${key}="${value}"`)]),
    ...coverageMarks(policy),
  ];
  const inside = [
    ...(untaken.length === 0 || policy.count === 0
      ? []
      : [element("p", { class: "hint" }, `Never taken here: ${untaken.join(", ")}`)]),
    ...attributes.filter(([, value]) => isLong(value)).map(([key, value]) => codeBlock(key, value)),
    ...(text === "" ? [] : [codeBlock("", text)]),
    ...children.map(policyNode),
  ];
  if (inside.length === 0) {
    return element("div", { class: "leaf" }, ...head);
  }
  return element(
    "details",
    {},
    element("summary", {}, ...head),
    element("div", { class: "inside" }, ...inside),
  );
}

/**
 * Whether the element ran: for requests of this simulation, and in behaviour tests where their coverage is known.
 * @param {PagePolicyElement} policy
 * @returns {readonly (Node | string)[]}
 */
function coverageMarks({ count, tested }) {
  const mark = (/** @type {string} */ text, /** @type {boolean} */ isReached) => [
    " ",
    element("span", { class: `coverage ${isReached ? "reached" : "unreached"}` }, text),
  ];
  return [
    ...(count === undefined ? [] : mark(count === 0 ? "not run here" : `run ${count}×`, count > 0)),
    ...(tested === undefined ? [] : mark(tested === 0 ? "never run by tests" : "run by tests", tested > 0)),
  ];
}

/** @param {string} value */
function isLong(value) {
  return value.length > 80 || value.includes("\n");
}

/**
 * @param {string} name of the attribute; empty for text
 * @param {string} value
 */
function codeBlock(name, value) {
  const block = element(
    "pre",
    { tabindex: 0, "aria-label": name === "" ? "Text" : `Attribute ${name}` },
    codeLines(value),
  );
  return name === "" ? block : element("div", {}, element("code", {}, `${name}=`), block);
}

/**
 * XML makes spaces of the line breaks in an attribute: where code was indented, they are put back. Indentation that
 * all lines share is left out.
 * @param {string} value
 */
function codeLines(value) {
  const lines = value.includes("\n") ? value : value.replace(/ ( {2,})/g, "\n$1");
  const [first = "", ...rest] = lines.split("\n");
  const indents = rest
    .filter((line) => line.trim() !== "")
    .map((line) => line.length - line.trimStart().length);
  const min = indents.length === 0 ? 0 : Math.min(...indents);
  return [first, ...rest.map((line) => line.slice(min))].join("\n");
}
