export {
  StateStorage,
  type IStateStorage,
  type StateStorageAttributes,
  type StateStorageProps,
} from "./state-storage";
