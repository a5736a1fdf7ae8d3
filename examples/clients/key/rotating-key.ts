import { AuthenticationError, AzureOpenAI } from "openai";
import type { AzureClientOptions } from "openai/azure";

/** Calls with one of a client's two keys, and with the other once the first is refused. */
export class RotatingKey {
  private clients: AzureOpenAI[];

  /** @throws Error without any key */
  public constructor(keys: readonly (string | undefined)[], connection: AzureClientOptions) {
    this.clients = keys.flatMap((apiKey) => (apiKey ? [new AzureOpenAI({ ...connection, apiKey })] : []));
    if (this.clients.length === 0) {
      throw new Error("Set AZURE_OPENAI_API_KEY, AZURE_OPENAI_SECONDARY_KEY or both");
    }
  }

  /**
   * @param work one call; it is made again only if the gateway refused the key, before anything ran
   * @throws AuthenticationError if no key is good any more
   */
  public async call<T>(work: (client: AzureOpenAI) => Promise<T>): Promise<T> {
    const [client, ...others] = this.clients as [AzureOpenAI, ...AzureOpenAI[]];
    try {
      return await work(client);
    } catch (error) {
      const [other] = others;
      if (!(error instanceof AuthenticationError) || other === undefined) {
        throw error;
      }
      const result = await work(other);
      // Another call may have come to the same result already.
      this.clients = [other, ...this.clients.filter((each) => each !== other)];
      return result;
    }
  }
}
