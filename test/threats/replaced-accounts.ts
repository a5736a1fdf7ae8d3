import type { SimulatedEnvironment } from "../support/simulation";

/** What stands at the hosts of all accounts in their place, and answers every request alike with status 200. */
export class ReplacedAccounts {
  private count = 0;

  /** @param headers names in lower case */
  public constructor(
    { simulation }: SimulatedEnvironment,
    headers: Readonly<Record<string, string>>,
    private readonly body: string,
  ) {
    const listed = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, [value]]));
    for (const host of simulation.model.accounts.flatMap(({ hostNames }) => hostNames)) {
      simulation.network.unregister(host);
      simulation.network.register(host, () => {
        this.count += 1;
        return Promise.resolve({ status: 200, reason: "OK", headers: listed, body: this.chunks() });
      });
    }
  }

  /** How many requests there were. */
  public get requests(): number {
    return this.count;
  }

  private async *chunks(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(Buffer.from(this.body));
  }
}
