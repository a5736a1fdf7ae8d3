/**
 * Storage for the Terraform state.
 *
 * @packageDocumentation
 */
export {
  StateStorage,
  type IStateStorage,
  type StateStorageAttributes,
  type StateStorageProps,
} from "./state-storage";
