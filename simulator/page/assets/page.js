import { AccessView } from "./access-view.js";
import { AccountView } from "./account-view.js";
import { CallForm } from "./call-form.js";
import { ClientView } from "./client-view.js";
import { ClockControl } from "./clock-control.js";
import { byId } from "./element.js";
import { PolicyView } from "./policy-view.js";
import { RequestList } from "./request-list.js";
import { follow, read } from "./server.js";
import { Tabs } from "./tabs.js";

const connection = byId("connection");
const requests = new RequestList();
const accounts = new AccountView();
const clients = new ClientView();
const access = new AccessView();
let view = "view-requests";

/** Shows what the chosen view has to say now. */
function refresh() {
  if (view === "view-accounts") {
    void accounts.refresh();
  } else if (view === "view-clients") {
    void clients.refresh();
  } else if (view === "view-access") {
    void access.open();
  }
}

const tabs = new Tabs((shown) => {
  view = shown;
  refresh();
});
tabs.select(0);
new ClockControl(refresh);

try {
  const stack = await read("stack.json");
  document.title = `${stack.gateways.map((/** @type {{ name: string }} */ { name }) => name).join(", ")} – simulator`;
  new CallForm(stack, (requestId, curl) => {
    requests.addCommand(requestId ?? "", curl);
    requests.choose(requestId ?? "");
  });
  new PolicyView(stack);
  follow(
    (request) => {
      requests.add(request);
      refresh();
    },
    (connected) => {
      connection.textContent = connected ? "live" : "not connected: has the simulator stopped?";
      connection.classList.toggle("error", !connected);
    },
  );
} catch (error) {
  connection.textContent = `the simulator does not answer (${String(error)})`;
  connection.classList.add("error");
}
