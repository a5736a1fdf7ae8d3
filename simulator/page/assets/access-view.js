import { byId, element } from "./element.js";
import { requestDetail } from "./request-detail.js";
import { read } from "./server.js";

/** @typedef {import("../../access").AccessReport} AccessReport */
/** @typedef {import("../../access").AccessFact} AccessFact */
/** @typedef {import("../../access").AccessTopic} AccessTopic */
/** @typedef {AccessReport["apis"][number]} ApiReport */
/** @typedef {ApiReport["ways"][number]["callers"][number]} CallerReport */
/** @typedef {{ api: ApiReport, way: string, caller: CallerReport }} Row */

/** @type {readonly (readonly [AccessTopic, string])[]} */
const TOPICS = [
  ["proof", "Proves itself by"],
  ["request", "Each request may have"],
  ["limit", "At most"],
  ["shared", "Counts together with others"],
  ["account", "Is answered by"],
  ["impostor", "With something wrong about it"],
];
const ON_A_MODEL = /^(.+) (?:on|of) (\S+)$/;
const ALL = "all";

/** Who may call what: a table for each API, and from each cell to the request that showed it. */
export class AccessView {
  constructor() {
    this.view = byId("access");
    this.detail = byId("access-detail");
    this.filters = {
      client: select("access-client"),
      model: select("access-model"),
      operation: select("access-operation"),
    };
    for (const filter of Object.values(this.filters)) {
      filter.addEventListener("change", () => this.show());
    }
    /** @type {AccessReport | undefined} */
    this.report = undefined;
    this.isAsked = false;
  }

  /** Asks once: finding out takes the simulator some seconds. */
  async open() {
    if (this.isAsked) {
      return;
    }
    this.isAsked = true;
    this.view.replaceChildren(
      element(
        "p",
        { class: "hint", role: "status" },
        "Every caller is being tried, in a simulation of its own …",
      ),
    );
    try {
      /** @type {AccessReport} */
      const report = await read("access.json");
      this.report = report;
      const rows = rowsOf(report);
      const subjects = rows.flatMap(({ caller }) => callsOf(caller).map(({ subject }) => subject));
      fill(
        this.filters.client,
        rows.flatMap(({ caller }) => [caller.client, ...caller.alike.map(({ client }) => client)]),
      );
      fill(this.filters.model, subjects.map(modelOf));
      fill(this.filters.operation, subjects.map(operationOf));
      this.show();
    } catch (error) {
      this.isAsked = false;
      this.view.replaceChildren(element("p", { class: "error" }, String(error)));
    }
  }

  show() {
    if (this.report === undefined) {
      return;
    }
    const { client, model, operation } = this.filters;
    const isWanted = (/** @type {string} */ subject) =>
      [ALL, modelOf(subject)].includes(model.value) && [ALL, operationOf(subject)].includes(operation.value);
    const rows = rowsOf(this.report).filter(({ caller }) =>
      [ALL, caller.client, ...caller.alike.map((each) => each.client)].includes(client.value),
    );
    this.view.replaceChildren(
      ...this.report.apis.flatMap((api) => {
        const ofApi = rows.filter((row) => row.api === api);
        const subjects = [
          ...new Set(ofApi.flatMap(({ caller }) => callsOf(caller).map(({ subject }) => subject))),
        ]
          .filter(isWanted)
          .sort();
        return [
          element("h2", {}, `${api.api} on ${api.gateway}`),
          ofApi.length === 0 || subjects.length === 0
            ? element("p", { class: "hint" }, "Nobody here matches the filters.")
            : element("div", { class: "scroll" }, this.table(ofApi, subjects)),
          factList([...api.strangers, ...(api.refusedKeys ?? []), ...api.unknown]),
        ];
      }),
    );
  }

  /**
   * @param {readonly Row[]} rows
   * @param {readonly string[]} subjects
   */
  table(rows, subjects) {
    return element(
      "table",
      { class: "matrix" },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          element("th", { scope: "col" }, "Client"),
          ...subjects.map((subject) => element("th", { scope: "col" }, subject)),
        ),
      ),
      element(
        "tbody",
        {},
        ...rows.map((row) =>
          element(
            "tr",
            {},
            element(
              "th",
              { scope: "row" },
              element(
                "button",
                { type: "button", class: "path", onclick: () => this.showCaller(row) },
                nameOf(row.caller),
              ),
              element("span", { class: "hint", title: row.way }, row.way),
              ...(row.caller.alike.length === 0
                ? []
                : [
                    element(
                      "span",
                      { class: "hint" },
                      `also ${row.caller.alike.map(({ client }) => client).join(", ")}`,
                    ),
                  ]),
            ),
            ...subjects.map((subject) => this.cell(row, subject)),
          ),
        ),
      ),
    );
  }

  /**
   * @param {Row} row
   * @param {string} subject
   */
  cell(row, subject) {
    const fact = callsOf(row.caller).find((each) => each.subject === subject);
    if (fact === undefined) {
      return element("td", {}, "–");
    }
    const button = element(
      "button",
      {
        type: "button",
        class: `verdict ${fact.verdict}`,
        title: fact.value,
        "aria-label": `${nameOf(row.caller)}, ${subject}: ${fact.value}`,
        onclick: () => void this.showRequests(row, fact),
      },
      cellText(fact),
    );
    return element("td", {}, button);
  }

  /**
   * Everything that is said of a caller.
   * @param {Row} row
   */
  showCaller(row) {
    const { caller, way } = row;
    this.detail.replaceChildren(
      element("h2", {}, nameOf(caller)),
      element("p", { class: "hint" }, `by ${way}${caller.registered ? "" : ", not registered"}`),
      ...TOPICS.flatMap(([topic, title]) => {
        const facts = caller.facts.filter((fact) => fact.topic === topic);
        const shown =
          topic === "impostor" ? facts.map((fact) => this.impostor(row, fact)) : facts.map(factItem);
        return facts.length === 0
          ? []
          : [element("h3", {}, title), element("ul", { class: "plain" }, ...shown)];
      }),
    );
    this.detail.scrollIntoView({ block: "nearest" });
  }

  /**
   * @param {Row} row
   * @param {AccessFact} fact
   */
  impostor(row, fact) {
    return element(
      "li",
      {},
      element(
        "button",
        { type: "button", class: "more", onclick: () => void this.showRequests(row, fact) },
        `${fact.subject}: ${fact.value}`,
      ),
    );
  }

  /**
   * The requests that showed a fact.
   * @param {Row} row
   * @param {AccessFact} fact
   */
  async showRequests({ api, way, caller }, fact) {
    try {
      /** @type {readonly import("../page-json").PageRequest[]} */
      const requests = await read("access-request.json", {
        gateway: api.gateway,
        api: api.api,
        way,
        client: caller.client,
        acting: caller.acting ?? "",
        topic: fact.topic,
        subject: fact.subject,
      });
      this.detail.replaceChildren(
        element("h2", {}, `${nameOf(caller)}: ${fact.subject}`),
        element("p", {}, fact.value),
        ...(requests.length === 0
          ? [
              element(
                "p",
                { class: "hint" },
                "No single request shows it: it is the same as for another caller.",
              ),
            ]
          : requests.flatMap((request) => [element("div", { class: "shown" }, ...requestDetail(request))])),
      );
    } catch (error) {
      this.detail.replaceChildren(element("p", { class: "error" }, String(error)));
    }
    this.detail.scrollIntoView({ block: "nearest" });
  }
}

/**
 * @param {AccessReport} report
 * @returns {readonly Row[]}
 */
function rowsOf(report) {
  return report.apis.flatMap((api) =>
    api.ways.flatMap(({ credentials, callers }) =>
      callers.map((caller) => ({ api, way: credentials.join(" and "), caller })),
    ),
  );
}

/** @param {CallerReport} caller */
function callsOf({ facts }) {
  return facts.filter(({ topic }) => topic === "call");
}

/**
 * What a cell says in few words.
 * @param {AccessFact} fact
 */
function cellText({ verdict, value }) {
  const [outcome = value] = /^(?:allowed|let through|cannot tell)/.exec(value) ?? [];
  return verdict === "refused" ? value : outcome;
}

/** @param {CallerReport} caller */
function nameOf({ client, acting }) {
  return acting === undefined ? client : `${client}, ${acting}`;
}

/** @param {string} subject */
function modelOf(subject) {
  return ON_A_MODEL.exec(subject)?.[2] ?? "";
}

/** @param {string} subject */
function operationOf(subject) {
  return ON_A_MODEL.exec(subject)?.[1] ?? subject;
}

/** @param {readonly AccessFact[]} facts */
function factList(facts) {
  return element("ul", { class: "plain" }, ...facts.map(factItem));
}

/** @param {AccessFact} fact */
function factItem({ subject, value }) {
  return element("li", {}, element("span", { class: "label" }, `${subject}: `), value);
}

/** @param {string} id */
function select(id) {
  return /** @type {HTMLSelectElement} */ (byId(id));
}

/**
 * @param {HTMLSelectElement} list
 * @param {readonly string[]} values
 */
function fill(list, values) {
  const known = [...new Set(values)].filter(Boolean).sort();
  list.replaceChildren(...[ALL, ...known].map((value) => element("option", {}, value)));
}
