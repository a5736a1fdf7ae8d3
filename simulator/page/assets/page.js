import { AccountView } from "./account-view.js";
import { CallForm } from "./call-form.js";
import { byId } from "./element.js";
import { PolicyView } from "./policy-view.js";
import { RequestList } from "./request-list.js";
import { follow, read } from "./server.js";
import { Tabs } from "./tabs.js";

const connection = byId("connection");
const requests = new RequestList();
const accounts = new AccountView();
let view = "view-requests";

const tabs = new Tabs((shown) => {
  view = shown;
  if (view === "view-accounts") {
    void accounts.refresh();
  }
});
tabs.select(0);

try {
  const stack = await read("stack.json");
  document.title = `${stack.gateways.map((/** @type {{ name: string }} */ { name }) => name).join(", ")} – simulator`;
  new CallForm(stack, (requestId) => requests.choose(requestId ?? ""));
  new PolicyView(stack);
  follow(
    (request) => {
      requests.add(request);
      if (view === "view-accounts") {
        void accounts.refresh();
      }
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
