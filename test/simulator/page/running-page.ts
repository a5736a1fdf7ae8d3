import { PolicyCoverage, simulate, type Simulation } from "../../../simulator";
import { accessOf, findAccess } from "../../../simulator/access";
import { SimulatorPage } from "../../../simulator/page";
import { API_ID, apiStack } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";
import { PLACED } from "../terraform/stack-fixture";

const PATH = "/_simulator";

/** A workspace with a function that says what a client has spent: `claims` has a budget, `search` has not. */
const WORKSPACE = {
  azurerm_log_analytics_workspace: { logs: { ...PLACED, name: "log-x" } },
  azurerm_log_analytics_saved_search: {
    spending: {
      name: "spending",
      log_analytics_workspace_id: "${azurerm_log_analytics_workspace.logs.id}",
      category: "costs",
      display_name: "spending",
      function_alias: "Spending",
      function_parameters: ["Caller:string", "CallerUser:string"],
      query: [
        'print PromptTokens = iff(Caller == "claims", 123456, 8), CompletionTokens = iff(Caller == "claims", 7890, 0),',
        '  Spent = iff(Caller == "claims", 1234.56789, 0.00002), Currency = "EUR",',
        '  Budget = iff(Caller == "claims", 4000.0, real(null))',
      ].join("\n"),
    },
  },
};

/** A simulation with an API for holders of a key, and its page. */
export class RunningPage {
  private constructor(
    public readonly simulation: Simulation,
    /** Where a browser finds the page. */
    public readonly url: string,
  ) {}

  public static async start(): Promise<RunningPage> {
    const stack = apiStack({
      api: { subscription_required: true },
      operations: ["GET /ping", "POST /echo"],
      subscriptions: { claims: { api_id: API_ID }, search: { api_id: API_ID } },
      resources: { ...WORKSPACE },
      globalPolicy: policyXml({ inbound: `<set-variable name="callerMethod" value="key" />` }),
      apiPolicy: policyXml({
        inbound:
          `<base /><set-variable name="callerClientId" value="@(context.Subscription.Id)" />` +
          `<return-response><set-status code="200" /><set-body>pong</set-body></return-response>`,
      }),
    });
    const rehearsal = await simulate(stack);
    const accesses = await findAccess(rehearsal);
    await rehearsal.close();
    const coverage = new PolicyCoverage();
    const simulation = await simulate(stack, { coverage });
    const page = new SimulatorPage({
      simulation,
      accesses,
      path: PATH,
      searchAccess: (onTrial) => accessOf(stack, { onTrial }),
      counts: { coverage, tested: (_, line) => (line === 1 ? 0 : undefined) },
      curlOf: ({ method, target }) => `curl -X ${method} ${target}`,
    });
    simulation.mount(PATH, page.listener);
    return new RunningPage(simulation, `http://localhost:${new URL(simulation.proxyUrl).port}${PATH}`);
  }

  /** Calls the API with the key of a subscription. @returns the status */
  public async call(target: string, subscription = "claims"): Promise<number> {
    const headers = { "Ocp-Apim-Subscription-Key": this.simulation.subscriptionKey(subscription) };
    const response = await this.simulation.call(target, { headers });
    await response.text();
    return response.status;
  }
}
