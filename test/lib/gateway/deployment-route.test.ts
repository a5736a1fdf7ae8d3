import { deploymentRoutes, hostedDeployments, nearestFirst } from "../../../lib/gateway/deployment-route";
import { apiBackends } from "../../../lib/gateway/openai-backend";
import { OpenAiAccount } from "../../../lib/openai/openai-account";
import { CHAT, EMBEDDINGS, GatewayStack, PLACE } from "./gateway-stack";

describe("routes of deployments", () => {
  const stack = new GatewayStack();
  const weu = stack.account("weu");
  weu.addDeployment("embeddings", EMBEDDINGS);
  const swe = stack.account("swe");
  swe.addDeployment("Embeddings", EMBEDDINGS);
  swe.addDeployment("reserved", { ...CHAT, sku: "DataZoneProvisionedManaged" });

  const backends = apiBackends([weu, { account: swe, weight: 40 }]);

  it("exist for every name that an account hosts, whatever its case, in the order of the accounts", () => {
    expect(hostedDeployments(backends)).toEqual(["chat", "embeddings", "reserved"]);
  });

  it("lead to the accounts that host the deployment, and to no other", () => {
    const hosts = deploymentRoutes(backends, ["chat", "embeddings", "reserved", "missing"]).map(
      ({ deployment, members }) => [deployment, members.map(({ account }) => account.node.id)],
    );

    expect(hosts).toEqual([
      ["chat", ["weu", "swe"]],
      ["embeddings", ["weu", "swe"]],
      ["reserved", ["swe"]],
      ["missing", []],
    ]);
  });

  it("prefer provisioned throughput, and spread evenly otherwise", () => {
    const [chat, reserved] = deploymentRoutes(backends, ["chat", "reserved"]);

    expect(chat?.members.map(({ priority, weight }) => [priority, weight])).toEqual([
      [2, 100],
      [2, 40],
    ]);
    expect(reserved?.members[0]?.priority).toBe(1);
  });

  it("follow a stated priority whatever the deployment is", () => {
    const [reserved] = deploymentRoutes(apiBackends([{ account: swe, priority: 0 }]), ["reserved"]);

    expect(reserved?.members[0]?.priority).toBe(0);
  });

  it("prefer hosts in the region that serves, among those of one preference", () => {
    const near = (name: string, location: string) => {
      const account = new OpenAiAccount(stack.stack, name, { ...PLACE, location, name: `oai-${name}` });
      account.addDeployment("chat", CHAT);
      return account;
    };
    const [route] = deploymentRoutes(
      apiBackends([
        near("first", "westeurope"),
        near("second", "swedencentral"),
        { account: weu, priority: 0 },
      ]),
      ["chat"],
    );
    const priorities = (location: string) =>
      route && nearestFirst(route, location).members.map(({ priority }) => priority);

    expect(priorities("westeurope")).toEqual([2, 3, 1]);
    expect(priorities("Sweden Central")).toEqual([3, 2, 1]);
    expect(priorities("francecentral")).toEqual([2, 2, 1]);
  });
});
