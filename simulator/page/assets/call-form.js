import { byId, element } from "./element.js";
import { send } from "./server.js";
import { statusMark } from "./status-mark.js";

/** @typedef {import("../page-json").PageStack} PageStack */
/** @typedef {import("../page-json").PageApi} PageApi */

/** The form that calls a gateway as one of its callers. */
export class CallForm {
  /**
   * @param {PageStack} stack
   * @param {(requestId: string | undefined, curl: string | undefined) => void} onAnswer told which request it was, and
   *   the same for a shell
   */
  constructor(stack, onAnswer) {
    this.onAnswer = onAnswer;
    this.answer = byId("answer");
    this.apis = stack.gateways.flatMap((gateway) =>
      gateway.apis.map((api) => ({ gateway: gateway.name, api })),
    );
    this.api = select(
      "call-api",
      this.apis.map(({ api }) => `${api.name}: ${api.displayName}`),
      () => this.showApi(),
    );
    this.caller = select("call-caller", [], () => this.showCaller());
    this.operation = select("call-operation", [], () => this.showOperation());
    this.target = element("input", { id: "call-target", required: true, spellcheck: "false" });
    this.body = element("textarea", { id: "call-body", rows: 4, spellcheck: "false" });
    this.button = element("button", { type: "submit", class: "main" }, "Send");
    const form = byId("call");
    form.append(
      labelled("API", this.api),
      labelled("Caller", this.caller),
      labelled("Operation", this.operation),
      labelled("Path and query", this.target),
      labelled("Body", this.body),
      element("div", { class: "bar" }, this.button),
    );
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.submit();
    });
    if (this.apis.length > 0) {
      this.showApi();
    }
  }

  get chosen() {
    const chosen = this.apis[this.api.selectedIndex];
    if (chosen === undefined) {
      throw new Error("no API is chosen");
    }
    return chosen;
  }

  showApi() {
    const { api } = this.chosen;
    fill(
      this.caller,
      api.calls.map(({ label }) => label),
    );
    fill(
      this.operation,
      api.operations.map(({ method, urlTemplate }) => `${method} ${urlTemplate}`),
    );
    this.showCaller();
  }

  /** A caller comes with a request that suits it. */
  showCaller() {
    const { api } = this.chosen;
    const request = api.calls[this.caller.selectedIndex]?.request;
    if (request !== undefined) {
      this.operation.selectedIndex = api.operations.findIndex(({ id }) => id === request.operation);
      this.target.value = request.target;
      this.body.value = request.body === undefined ? "" : JSON.stringify(request.body, undefined, 2);
    }
  }

  /** Another operation than the caller's: its address, with the parameters to be filled in. */
  showOperation() {
    const { api } = this.chosen;
    const operation = api.operations[this.operation.selectedIndex];
    const known = api.calls.find(({ request }) => request.operation === operation?.id)?.request;
    this.target.value = known?.target ?? operation?.target ?? api.path;
    this.body.value = known?.body === undefined ? "" : JSON.stringify(known.body, undefined, 2);
  }

  async submit() {
    const { gateway, api } = this.chosen;
    this.button.disabled = true;
    try {
      const { status, body, requestId, curl } = await send({
        gateway,
        api: api.name,
        caller: this.caller.selectedIndex,
        method: api.operations[this.operation.selectedIndex]?.method ?? "GET",
        target: this.target.value.trim(),
        body: this.body.value.trim(),
      });
      this.answer.replaceChildren(
        element("p", {}, statusMark(status), " was the answer:"),
        element("pre", { tabindex: 0, "aria-label": "Body of the answer" }, pretty(body)),
      );
      this.onAnswer(requestId, curl);
    } catch (error) {
      this.answer.replaceChildren(element("p", { class: "error" }, String(error)));
    } finally {
      this.button.disabled = false;
    }
  }
}

/**
 * @param {string} id
 * @param {readonly string[]} options
 * @param {() => void} onChange
 */
function select(id, options, onChange) {
  const made = element("select", { id, onchange: onChange });
  fill(made, options);
  return made;
}

/**
 * @param {HTMLSelectElement} list
 * @param {readonly string[]} options
 */
function fill(list, options) {
  list.replaceChildren(...options.map((option) => element("option", {}, option)));
}

/**
 * @param {string} text
 * @param {HTMLElement} control
 */
function labelled(text, control) {
  return element("div", { class: "field" }, element("label", { for: control.id }, text), control);
}

/** @param {string} body */
function pretty(body) {
  try {
    return JSON.stringify(JSON.parse(body), undefined, 2);
  } catch {
    return body;
  }
}
