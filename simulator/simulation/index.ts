export type { DirectCall, DirectCallOptions } from "./direct-call";
export type { CallOptions, CallResponse, ClientCertificate } from "./gateway-connection";
export { UnservedRegionError } from "./serving-region";
export { SimulatedAccount } from "./simulated-account";
export { SimulatedContainer } from "./simulated-container";
export { SimulatedModelEndpoint, type ServerCertificateProps } from "./simulated-model-endpoint";
export { SimulatedQueue } from "./simulated-queue";
export { simulate, type SimulateOptions } from "./simulate";
export { Simulation } from "./simulation";
