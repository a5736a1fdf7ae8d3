import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ReferenceStacks } from "../../demo/reference-stacks";
import { ServedClients } from "../../demo/served-clients";
import { Simulation } from "../../simulator";
import * as environments from "../support/reference-environments";
import { copyReferenceStacks } from "../support/reference-stacks";

let folder: string;
let served: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "served-clients-"));
  served = join(folder, "clients");
  copyReferenceStacks(folder);
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

test("files and their folder are for their owner only, and go with the run", async () => {
  const clients = await ServedClients.start(new ReferenceStacks(folder), served, environments);
  const modes = [served, join(served, "key.env")].map((path) => statSync(path).mode & 0o777);
  await clients.close();
  expect(modes).toEqual([0o700, 0o600]);
  expect(existsSync(served)).toBe(false);
});

test("another run's folder is left alone", async () => {
  mkdirSync(served);
  writeFileSync(join(served, "key.env"), "");
  await expect(ServedClients.start(new ReferenceStacks(folder), served, environments)).rejects.toThrow(
    `${served} belongs to another '--serve'`,
  );
  expect(existsSync(join(served, "key.env"))).toBe(true);
});

test("what had started ends when one stack cannot be simulated", async () => {
  writeFileSync(join(folder, "stacks/prod/cdk.tf.json"), "{}");
  const close = jest.spyOn(Simulation.prototype, "close");
  await expect(ServedClients.start(new ReferenceStacks(folder), served, environments)).rejects.toThrow();
  // The two others, and that of prod, which runs but is not a gateway.
  expect(close).toHaveBeenCalledTimes(3);
  expect(existsSync(served)).toBe(false);
});
