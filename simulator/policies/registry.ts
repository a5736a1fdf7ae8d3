import { choose } from "./choose";
import { forwardRequest } from "./forward-request";
import { includeFragment } from "./include-fragment";
import { limitConcurrency } from "./limit-concurrency";
import { mockResponse } from "./mock-response";
import type { PolicyCompiler } from "./policy";
import { retry } from "./retry";
import { returnResponse } from "./return-response";
import { sendOneWayRequest } from "./send-one-way-request";
import { sendRequest } from "./send-request";
import { setBackendService } from "./set-backend-service";
import { wait } from "./wait";

/** Every policy element the simulator runs; `base` is part of the document. Alphabetical within each group. */
const compilers: readonly PolicyCompiler[] = [
  // Control flow and forwarding.
  choose,
  forwardRequest,
  includeFragment,
  limitConcurrency,
  mockResponse,
  retry,
  returnResponse,
  sendOneWayRequest,
  sendRequest,
  setBackendService,
  wait,
  // Access, limits, caching, transformation, logging.
];

/** Compilers by element name. */
export const policyCompilers: ReadonlyMap<string, PolicyCompiler> = new Map(
  compilers.map((compiler) => [compiler.name, compiler]),
);
