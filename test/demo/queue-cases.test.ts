import { nameOf, runCase } from "../../demo/access-case";
import { simulateEnvironment } from "../../demo/demonstration";
import { queueCases } from "../../demo/queue-cases";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { SimulatedCredentials } from "../../demo/simulated-credentials";
import { referenceEnvironmentsFolder } from "../support/environments";
import { test as settings } from "../support/reference-environments";

test("what waits in a queue, and its worker, are as described", async () => {
  const stacks = new ReferenceStacks(referenceEnvironmentsFolder());
  const { simulation, environment } = await simulateEnvironment(stacks, settings);
  const source = new SimulatedCredentials(simulation);
  const inProcess = { ...environment, perform: simulation.perform.bind(simulation) };
  try {
    const cases = settings.apis.flatMap((api) => queueCases(simulation, inProcess, api, source));
    const failed: string[] = [];
    for (const each of cases) {
      simulation.forgetTraffic();
      const { result, got } = await runCase(each);
      if (result !== "ok") {
        failed.push(`${nameOf(each)} → ${got}`);
      }
    }
    expect(failed).toEqual([]);
    expect(cases.length).toBeGreaterThan(40);
  } finally {
    source.dispose();
    await simulation.close();
  }
});
