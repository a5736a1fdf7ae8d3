export {
  type CredentialCheck,
  type EndpointRequest,
  ModelEndpoint,
  type ModelEndpointProps,
} from "./model-endpoint";
