import { DEVICES_CA, OKTA, TEST_SCANNER } from "../support/callers";
import { expectRefusal, expectRefused, R403, R502 } from "../support/refusal";
import {
  chat,
  HELLO,
  replaceInPolicy,
  resourceOf,
  SimulatedEnvironment,
  type StackJson,
  statusOf,
} from "../support/simulation";

/** Each test takes one thing out of a good stack: what the simulator then does is what Azure would do. */
describe("a stack without", () => {
  let environment: SimulatedEnvironment | undefined;

  afterEach(() => environment?.close());

  async function started(name: "test", change: (json: StackJson) => void): Promise<SimulatedEnvironment> {
    environment = await SimulatedEnvironment.start(name, change);
    return environment;
  }

  test("the role on the account: the account refuses the gateway, and callers learn nothing of it", async () => {
    const broken = await started("test", ({ resource }) => {
      const roles = resource.azurerm_role_assignment ?? {};
      for (const id of Object.keys(roles).filter((key) => key.includes("openai-user"))) {
        delete roles[id];
      }
    });
    const headers = await broken.bearer(OKTA);
    await expectRefusal(await broken.simulation.call(chat("assistant"), { headers, body: HELLO }), R502);
    expect(broken.accountRequests().map(({ status }) => status)).toEqual([401]);
    expect(broken.simulation.metrics.map(({ dimensions }) => dimensions.Rule)).toEqual(["backend-401"]);
  });

  test("local authentication off: an account takes its key from anybody who has it", async () => {
    const withKeys = await started("test", (json) => {
      resourceOf(json, "azurerm_cognitive_account", "main").local_auth_enabled = true;
    });
    const call = async (part: string): Promise<number> => {
      const { hostNames, keys } = withKeys.account(part).model;
      const { status } = await withKeys.simulation.network.fetch({
        url: `https://${hostNames[0]}/openai/deployments/chat/chat/completions?api-version=2024-10-21`,
        method: "POST",
        headers: { "content-type": "application/json", "api-key": keys[0] },
        body: Buffer.from(JSON.stringify(HELLO)),
      });
      return status;
    };
    expect([await call("main"), await call("overflow")]).toEqual([200, 403]);
  });

  test("the CA: nobody can issue for it, and its certificates are refused", async () => {
    const good = await started("test", () => undefined);
    const certificate = await good.simulation.issueCertificate(TEST_SCANNER);
    expect(await statusOf(good.simulation.call(chat("devices"), { certificate, body: HELLO }))).toBe(200);
    await good.close();
    const broken = await started("test", (json) => {
      resourceOf(json, "azurerm_api_management").certificate = [];
    });
    await expect(broken.simulation.issueCertificate(TEST_SCANNER)).rejects.toThrow(
      `0 trusted authorities are named '${DEVICES_CA}'`,
    );
    await expectRefused(broken, R403, chat("devices"), { certificate, body: HELLO });
  });

  test("<base /> in the API's inbound section: rules of the service no longer run, those of the API do", async () => {
    const marker = '<set-header name="tracestate" exists-action="override"><value>1</value></set-header>';
    const seenWith = async (change: (json: StackJson) => void): Promise<unknown> => {
      const changed = await SimulatedEnvironment.start("test", (json) => {
        replaceInPolicy(json, "", "<inbound>", `<inbound>${marker}`);
        change(json);
      });
      const headers = await changed.bearer(OKTA);
      expect(await statusOf(changed.simulation.call(chat("assistant"), { headers, body: HELLO }))).toBe(200);
      await changed.close();
      return changed.accountRequests()[0]?.headers.tracestate;
    };
    expect(await seenWith(() => undefined)).toEqual(["1"]);
    expect(await seenWith((json) => replaceInPolicy(json, "assistant", "<base />", ""))).toBeUndefined();
  });

  test("<base /> in the API's backend section: nothing is forwarded", async () => {
    const broken = await started("test", (json) =>
      replaceInPolicy(json, "assistant", /<backend>\s*<base \/>\s*<\/backend>/, "<backend />"),
    );
    const headers = await broken.bearer(OKTA);
    await statusOf(broken.simulation.call(chat("assistant"), { headers, body: HELLO }));
    expect(broken.accountRequests()).toEqual([]);
  });
});
