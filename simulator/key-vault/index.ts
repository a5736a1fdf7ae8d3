export { KeyVault, type KeyVaultProps } from "./key-vault";
