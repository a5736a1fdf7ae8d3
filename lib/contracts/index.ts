/**
 * Contracts with the owners of clients, as files. Import them from `cdktf-azure-openai-gateway/contracts`.
 *
 * @packageDocumentation
 */
export {
  type ClientContract,
  CONTRACT_OPERATIONS,
  type ContractBudget,
  type ContractCredential,
  type ContractLimits,
  type ContractOperation,
  type ContractOwner,
  type ContractTerms,
  type EnvironmentContract,
} from "./client-contract";
export { type ContractChange, contractChanges } from "./contract-changes";
export { ContractError, type ContractProblem, describeContractProblem } from "./contract-error";
export { CONTRACT_SCHEMA } from "./contract-schema";
export { CONTRACT_SCHEMA_FILE, Contracts, readContracts, type ReadContractsOptions } from "./contracts";
