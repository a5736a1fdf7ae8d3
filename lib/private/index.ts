export { THUMBPRINT, normalizeThumbprint } from "./thumbprint";
export { HOST_NAME, NAME_RULES, REGION } from "./name-rules";
export { guardAgainstTemplates } from "./template-guard";
export { type Placement, checkPlacement, checkResourceGroupName } from "./placement";
export {
  escapeTerraformTemplate,
  mapLiteralParts,
  terraformLiteral,
  TOKEN_MARKER,
} from "./terraform-template";
export { resourceIdPattern } from "./resource-id";
export { subscriptionProblem } from "./subscription";
export { checkAllowedAddressRanges } from "./allowed-address-ranges";
export { shortenedName } from "./shortened-name";
export { resolvedText } from "./resolved-text";
export { type PlaceInGroup, resourceInGroup } from "./resource-in-group";
export { stackPath } from "./stack-path";
export { storageProviderProblems } from "./storage-provider";
export { KEYLESS_STORAGE } from "./keyless-storage";
export { lateText } from "./late-text";
export { type WithDefaults, withDefaults } from "./with-defaults";
