import {
  type AzureAnswer,
  type KeyRotationProps,
  rotateKey,
  type SendToAzure,
} from "../../scripts/key-rotation";
import { chat, HELLO, SimulatedEnvironment, statusOf } from "../support/simulation";

const SUBSCRIPTION = "assistant-claims";
const ID = `/subscriptions/0/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim/subscriptions/${SUBSCRIPTION}`;
const SECRET = "https://kv-claims.vault.azure.net/secrets/ai-gateway-key";
const MINUTE_MS = 60_000;
/** How long a client keeps the key that it has read. */
const KEPT_MS = 10 * MINUTE_MS;

let environment: SimulatedEnvironment;

beforeAll(async () => {
  environment = await SimulatedEnvironment.start("dev");
});

afterAll(() => environment.close());

/** The management API of the simulated gateway's subscription, and the client's vault. */
class Azure {
  public readonly urls: string[] = [];
  public secret?: string;
  private updated = 0;

  public readonly send: SendToAzure = (method, url, body) => {
    const { simulation } = environment;
    const [address = ""] = url.split("?");
    this.urls.push(`${method} ${address.split("/").at(-1)}`);
    switch (address.split("/").at(-1) ?? "") {
      case "listSecrets":
        return answered({
          status: 200,
          body: {
            primaryKey: simulation.subscriptionKey(SUBSCRIPTION, "primary"),
            secondaryKey: simulation.subscriptionKey(SUBSCRIPTION, "secondary"),
          },
        });
      case "regeneratePrimaryKey":
      case "regenerateSecondaryKey":
        simulation.regenerateSubscriptionKey(
          SUBSCRIPTION,
          address.endsWith("PrimaryKey") ? "primary" : "secondary",
        );
        return answered({ status: 204, body: undefined });
      default:
        return answered(this.vault(method, body as { readonly value: string } | undefined));
    }
  };

  private vault(method: string, body?: { readonly value: string }): Omit<AzureAnswer, "timeMs"> {
    if (method === "PUT") {
      this.secret = body?.value;
      this.updated = Math.floor(environment.clock.now() / 1000);
    }
    return this.secret === undefined
      ? { status: 404, body: { error: { code: "SecretNotFound" } } }
      : { status: 200, body: { value: this.secret, attributes: { updated: this.updated } } };
  }
}

/** An answer at the time of the simulation. */
function answered(answer: Omit<AzureAnswer, "timeMs">): Promise<AzureAnswer> {
  return Promise.resolve({ ...answer, timeMs: environment.clock.now() });
}

/** A client that reads its key from the vault, and again when it has kept it long enough. */
class Client {
  public readonly statuses: number[] = [];
  private key = "";
  private readUntil = 0;

  /** @param send status of a call with a key */
  public constructor(
    private readonly azure: Azure,
    private readonly send = statusWith,
  ) {}

  public async call(): Promise<void> {
    const now = environment.clock.now();
    if (now >= this.readUntil) {
      this.key = this.azure.secret ?? environment.simulation.subscriptionKey(SUBSCRIPTION);
      this.readUntil = now + KEPT_MS;
    }
    this.statuses.push(await this.send(this.key));
  }
}

function statusWith(key: string): Promise<number> {
  return statusOf(
    environment.simulation.call(chat("assistant"), { headers: { "api-key": key }, body: HELLO }),
  );
}

/** A step of a rotation: a request to Azure or a wait, and whether it takes place. */
type Step = <T>(take: () => Promise<T>) => Promise<T>;

/** Rotates while the client calls: before and after each request to Azure, and every two minutes of waiting. */
async function rotateUnderLoad(
  azure: Azure,
  client: Client,
  step: Step = (take) => take(),
): Promise<readonly string[]> {
  const steps: string[] = [];
  const props: KeyRotationProps = {
    subscriptionId: ID,
    secretUrl: SECRET,
    waitMs: 2 * KEPT_MS,
    send: async (...request) => {
      await client.call();
      const answer = await step(() => azure.send(...request));
      await client.call();
      environment.clock.advance(MINUTE_MS);
      return answer;
    },
    sleep: (ms) =>
      step(async () => {
        for (let passed = 0; passed < ms; passed += 2 * MINUTE_MS) {
          environment.clock.advance(2 * MINUTE_MS);
          await client.call();
        }
      }),
    say: (step) => steps.push(step),
  };
  await rotateKey(props);
  await client.call();
  return steps;
}

/** The step of that number fails, without an effect or with one. */
function failing(failed: number, when: "before" | "after"): Step {
  let count = 0;
  return async (take) => {
    count += 1;
    const fails = count === failed;
    if (fails && when === "before") {
      throw new Error(`step ${count} failed`);
    }
    const taken = await take();
    if (fails) {
      throw new Error(`step ${count} failed`);
    }
    return taken;
  };
}

function keys(): readonly string[] {
  return (["primary", "secondary"] as const).map((slot) =>
    environment.simulation.subscriptionKey(SUBSCRIPTION, slot),
  );
}

describe("the rotation of a client's keys", () => {
  it("fails no call under load, twice in a row, and leaves nothing of the old keys", async () => {
    const azure = new Azure();
    const client = new Client(azure);
    const before = keys();
    const first = await rotateUnderLoad(azure, client);
    const between = keys();
    expect(first).toEqual([
      "secondary key is new; the primary one goes on",
      "the vault has the secondary key; waiting 20 minutes for clients to read it",
      "primary key is new: what was known before opens nothing any more",
    ]);
    // The client has the secondary key now, so that the primary one is the first to go.
    const second = await rotateUnderLoad(azure, client);
    expect(second[0]).toBe("primary key is new; the secondary one goes on");

    expect(client.statuses.length).toBeGreaterThan(40);
    expect(client.statuses.filter((status) => status !== 200)).toEqual([]);
    expect(new Set([...before, ...between, ...keys()]).size).toBe(6);
    expect([...first, ...second].join()).not.toMatch(
      new RegExp([...before, ...between, ...keys()].join("|")),
    );
    for (const key of [...before, ...between]) {
      expect(await statusWith(key)).toBe(401);
    }
  });

  it("waits out what a run that failed had begun, before it makes the key new that clients may have", async () => {
    const azure = new Azure();
    const client = new Client(azure);
    await rotateUnderLoad(azure, client);
    environment.clock.advance(KEPT_MS);
    await client.call();
    const closedWhileWaiting = failing(6, "before");
    await expect(rotateUnderLoad(azure, client, closedWhileWaiting)).rejects.toThrow("step 6 failed");
    const steps = await rotateUnderLoad(azure, client);

    expect(steps[0]).toBe("the vault has its key for 1 of 20 minutes; waiting 19 for clients to read it");
    expect(client.statuses.filter((status) => status !== 200)).toEqual([]);
  });

  it("fails no call when any step fails, with or without effect, and all is done again", async () => {
    const failed: string[] = [];
    // Which keys open is known from the tests above: hundreds of calls more would say the same.
    const isKey = (key: string): Promise<number> => Promise.resolve(keys().includes(key) ? 200 : 401);
    for (let count = 1; count <= 8; count += 1) {
      for (const when of ["before", "after"] as const) {
        const azure = new Azure();
        const client = new Client(azure, isKey);
        await rotateUnderLoad(azure, client);
        await expect(rotateUnderLoad(azure, client, failing(count, when))).rejects.toThrow("failed");
        await rotateUnderLoad(azure, client);
        failed.push(
          ...client.statuses.flatMap((status, call) =>
            status === 200 ? [] : `${when} step ${count}, call ${call}: ${status}`,
          ),
        );
      }
    }
    expect(failed).toEqual([]);
  });

  it("leaves the key alone that somebody brought back into the vault while it waited", async () => {
    const azure = new Azure();
    const [primary = ""] = keys();
    const rotation = rotateUnderLoad(azure, new Client(azure), async (take) => {
      const taken = await take();
      if (taken === undefined) {
        azure.secret = primary;
      }
      return taken;
    });
    await expect(rotation).rejects.toThrow(
      `${SECRET} was changed by somebody else while clients were to read it`,
    );
    expect(keys()).toContain(primary);
  });

  it("touches no key where the vault holds another's, and says so", async () => {
    const azure = new Azure();
    azure.secret = "another's key";
    const before = keys();
    await expect(rotateUnderLoad(azure, new Client(new Azure()))).rejects.toThrow(
      `${SECRET} holds neither key of the subscription`,
    );
    expect(keys()).toEqual(before);
  });

  it("says what Azure answered, and changes nothing after that", async () => {
    const azure = new Azure();
    const before = keys();
    const refusing: SendToAzure = (method, url, body) =>
      url.includes("regenerate")
        ? answered({
            status: 403,
            body: { error: { code: "AuthorizationFailed", message: "no right" } },
          })
        : azure.send(method, url, body);
    const rotation = rotateKey({
      subscriptionId: ID,
      secretUrl: SECRET,
      waitMs: 0,
      send: refusing,
      sleep: () => Promise.resolve(),
      say: () => undefined,
    });
    await expect(rotation).rejects.toThrow(
      "cannot regenerate the secondary key: 403 AuthorizationFailed no right",
    );
    expect([keys(), azure.secret]).toEqual([before, undefined]);
  });
});
