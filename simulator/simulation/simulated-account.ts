import type { AccountFault, AccountRequest, OpenAiAccount } from "../accounts";
import type { AccountModel } from "../model";

/** One Azure OpenAI account of a simulation, as tests use it. */
export class SimulatedAccount {
  public constructor(private readonly account: OpenAiAccount) {}

  /** The account as the stack describes it. */
  public get model(): AccountModel {
    return this.account.model;
  }

  /** Requests that reached the account, oldest first. */
  public get requests(): readonly AccountRequest[] {
    return this.account.log.all();
  }

  /** Forgets the requests so far. */
  public clearRequests(): void {
    this.account.log.clear();
  }

  /** Capacity, stored responses and requests as at the start; faults stay. */
  public forgetTraffic(): void {
    this.account.forgetTraffic();
  }

  /** Makes requests fail from now on: refused connections, a status, a broken stream, a filter. */
  public fail(fault: AccountFault): void {
    this.account.faults.add(fault);
  }

  /**
   * Makes the account slow.
   * @param latencyMs wait before the response's headers, on the simulation's clock
   * @param eventLatencyMs wait before each streamed event @default 0
   */
  public slow(latencyMs: number, eventLatencyMs = 0): void {
    this.account.faults.add({ latencyMs, eventLatencyMs });
  }

  /** What `fail` and `slow` began and nothing has ended, the last one first. */
  public get faults(): readonly AccountFault[] {
    return this.account.faults.all;
  }

  /** Ends everything that `fail` and `slow` began. */
  public recover(): void {
    this.account.faults.clear();
  }
}
