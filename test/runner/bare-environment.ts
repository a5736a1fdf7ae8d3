import type { EnvironmentContext, JestEnvironment, JestEnvironmentConfig } from "@jest/environment";
import { ModernFakeTimers } from "@jest/fake-timers";
import { ModuleMocker } from "jest-mock";
import { expectNothingOpen } from "./open-handles";
import { ProcessState } from "./process-state";
import { cpuSeconds, recordCost } from "./suite-costs";

/**
 * The worker's own globals for all of its test files, instead of a sandbox for each. What a file changes of them is
 * put back when it has ended.
 */
export default class BareEnvironment implements JestEnvironment {
  public readonly global = globalThis as unknown as JestEnvironment["global"];
  public readonly moduleMocker = new ModuleMocker(globalThis);
  public readonly fakeTimers = null;
  public readonly fakeTimersModern: ModernFakeTimers;
  private readonly before = new ProcessState();
  private readonly startSeconds = cpuSeconds();
  private readonly testPath: string;

  public constructor({ projectConfig }: JestEnvironmentConfig, { testPath }: EnvironmentContext) {
    this.testPath = testPath;
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  public setup(): Promise<void> {
    return Promise.resolve();
  }

  public async teardown(): Promise<void> {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    this.before.restore();
    // Without workers Jest's own process is the one that runs the tests.
    if (process.send !== undefined) {
      await expectNothingOpen(this.testPath);
    }
    recordCost(this.testPath, cpuSeconds() - this.startSeconds);
  }

  public exportConditions(): string[] {
    return ["node", "node-addons"];
  }

  /** Nothing runs in a context of its own. */
  public getVmContext(): null {
    return null;
  }
}
