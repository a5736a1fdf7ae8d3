import { PolicyCoverage, simulate, type Simulation } from "../../../simulator";
import { accessOf, findAccess } from "../../../simulator/access";
import { SimulatorPage } from "../../../simulator/page";
import { API_ID, apiStack } from "../support/api-stack";
import { policyXml } from "../support/gateway-models";

const PATH = "/_simulator";

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
