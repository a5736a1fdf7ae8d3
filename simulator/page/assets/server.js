/** @typedef {import("../page-json").PageStack} PageStack */
/** @typedef {import("../page-json").PageRequest} PageRequest */

const BASE = "/_simulator";

/**
 * Reads JSON of the simulator.
 * @param {string} name
 * @param {Readonly<Record<string, string>>} [query]
 * @returns {Promise<any>}
 */
export async function read(name, query = {}) {
  const response = await fetch(`${BASE}/${name}?${new URLSearchParams(query)}`);
  if (!response.ok) {
    throw new Error(`${name}: ${response.status}`);
  }
  return response.json();
}

/**
 * Has the simulator call a gateway.
 * @param {import("../page-call").PageCallRequest} call
 * @returns {Promise<import("../page-call").PageCallAnswer>}
 */
export function send(call) {
  return post("calls", call);
}

/**
 * Changes something about the running simulation.
 * @param {import("../page-control").PageControl} change
 */
export async function control(change) {
  await post("controls", change);
}

/**
 * @param {string} path below the page
 * @param {object} value
 */
async function post(path, value) {
  const response = await fetch(`${BASE}/${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(value),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(answer.error);
  }
  return answer;
}

/**
 * Follows the requests: the latest ones, then each as it ends. The browser reconnects by itself.
 * @param {(request: PageRequest) => void} onRequest
 * @param {(connected: boolean) => void} onConnection
 */
export function follow(onRequest, onConnection) {
  const source = new EventSource(`${BASE}/events`);
  source.addEventListener("request", ({ data }) => onRequest(JSON.parse(data)));
  source.addEventListener("open", () => onConnection(true));
  source.addEventListener("error", () => onConnection(false));
}
