export {
  EndpointCredential,
  type EndpointAudience,
  type EndpointCertificate,
  type EndpointKey,
} from "./endpoint-credential";
export {
  MODEL_ENDPOINT_OPERATIONS,
  ModelEndpoint,
  type EndpointDeployment,
  type EndpointDeploymentOptions,
  type IModelEndpoint,
  type ModelEndpointOperation,
  type ModelEndpointProps,
} from "./model-endpoint";
