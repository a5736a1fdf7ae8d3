import { ContractError } from "../../../lib/contracts/contract-error";

test("ContractError has a line for each problem: file, member, rule, value and remedy", () => {
  const problem = {
    file: "contracts/claims.json",
    pointer: "/owner",
    rule: "must be known",
    remedy: "name it",
  };
  expect(new ContractError([problem, { ...problem, pointer: "", value: 1 }]).message).toBe(
    "contracts/claims.json#/owner: must be known: name it\ncontracts/claims.json#: must be known, got 1: name it",
  );
});
