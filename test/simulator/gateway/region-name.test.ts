import { regionName } from "../../../simulator/gateway/region-name";

test.each([
  ["westeurope", "West Europe"],
  ["West Europe", "West Europe"],
  ["EASTUS2", "East US 2"],
  ["uksouth", "UK South"],
  ["francecentral", "France Central"],
  ["moonbase", "moonbase"],
])("policies see %s as %s", (location, name) => {
  expect(regionName(location)).toBe(name);
});
