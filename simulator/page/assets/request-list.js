import { byId, element } from "./element.js";
import { requestDetail } from "./request-detail.js";
import { statusMark } from "./status-mark.js";

/** @typedef {import("../page-json").PageRequest} PageRequest */

/** Rows kept; the simulator keeps more. */
const MAX_REQUESTS = 500;

/** The requests, newest first, with a filter and the detail of the one that is chosen. */
export class RequestList {
  constructor() {
    this.rows = byId("requests");
    this.shown = byId("shown");
    this.detail = byId("detail");
    this.filter = /** @type {HTMLInputElement} */ (byId("filter"));
    /** @type {Map<string, { request: PageRequest, row: HTMLTableRowElement, text: string }>} */
    this.entries = new Map();
    this.chosen = idInAddress();
    /** Commands for the calls that this page made. @type {Map<string, string>} */
    this.commands = new Map();
    window.addEventListener("hashchange", () => this.choose(idInAddress()));
    this.filter.addEventListener("input", () => this.applyFilter());
  }

  /**
   * Adds a request, once.
   * @param {PageRequest} request
   */
  add(request) {
    if (this.entries.has(request.requestId)) {
      return;
    }
    const row = this.rowOf(request);
    this.entries.set(request.requestId, { request, row, text: searchText(request) });
    this.rows.prepend(row);
    for (const [id, { row: oldest }] of this.entries) {
      if (this.entries.size <= MAX_REQUESTS) {
        break;
      }
      oldest.remove();
      this.entries.delete(id);
    }
    this.applyFilter();
    if (request.requestId === this.chosen) {
      this.choose(this.chosen);
    }
  }

  /**
   * Shows a request's detail, now or when it comes.
   * @param {string} requestId
   */
  choose(requestId) {
    this.chosen = requestId;
    if (requestId !== "" && requestId !== idInAddress()) {
      // The address leads back to the request.
      history.replaceState(null, "", `#request=${requestId}`);
    }
    for (const [id, { row, request }] of this.entries) {
      const chosen = id === requestId;
      row.setAttribute("aria-current", String(chosen));
      if (chosen) {
        this.detail.replaceChildren(...requestDetail(request, this.commands.get(id)));
      }
    }
  }

  /**
   * Keeps the command for a call that this page made.
   * @param {string} requestId
   * @param {string | undefined} curl
   */
  addCommand(requestId, curl) {
    if (curl !== undefined) {
      this.commands.set(requestId, curl);
    }
  }

  applyFilter() {
    const words = this.filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    let count = 0;
    for (const { row, text } of this.entries.values()) {
      row.hidden = !words.every((word) => text.includes(word));
      count += row.hidden ? 0 : 1;
    }
    const all = this.entries.size;
    this.shown.textContent = words.length === 0 ? `${all}` : `${count} of ${all}`;
    byId("no-requests").hidden = all > 0;
  }

  /**
   * @param {PageRequest} request
   * @returns {HTMLTableRowElement}
   */
  rowOf(request) {
    const { requestId, method, path, status, caller, durationMs } = request;
    return element(
      "tr",
      { onclick: () => this.choose(requestId) },
      element("td", {}, statusMark(status)),
      element(
        "td",
        {},
        element(
          "button",
          { type: "button", class: "path" },
          element("span", { class: "method" }, method),
          ` ${path}`,
        ),
        element("span", { class: "hint" }, timeOf(request)),
      ),
      element("td", { class: "caller" }, caller?.client ?? "–"),
      element("td", { class: "number" }, `${durationMs.toFixed(1)} ms`),
    );
  }
}

/** Id of the request that the page's address names. */
function idInAddress() {
  return /^#request=([\w-]+)$/.exec(location.hash)?.[1] ?? "";
}

/** @param {{ timestamp: number }} request */
function timeOf({ timestamp }) {
  return new Date(timestamp).toLocaleTimeString();
}

/**
 * What the filter looks at.
 * @param {PageRequest} request
 */
function searchText({ method, path, status, caller, api, operation, product, subscription, steps }) {
  const failed = steps.filter(({ outcome }) => outcome === "failed").map(({ element: name }) => name);
  const parts = [method, path, status, caller?.client, caller?.method, api, operation, product, subscription];
  return [...parts, ...failed].join(" ").toLowerCase();
}
