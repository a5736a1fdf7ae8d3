import * as simulator from "azure-apim-simulator";
import * as entry from "cdktf-azure-openai-gateway/simulator";

test("the entry has all that the simulator exports", () => {
  expect(Object.keys(entry).sort()).toEqual(Object.keys(simulator).sort());
  expect(entry.simulate).toBe(simulator.simulate);
});
