import type { InferenceOperation } from "./inference-operation";
import type { RequestBody } from "./request-body";

/** A body that the service is known to answer with 500 where 400 was to be expected. */
interface KnownFailure {
  /** {@link InferenceOperation.path} */
  readonly path: string;
  /** Member that must be null. */
  readonly nullMember: string;
  /** Where it was reported. */
  readonly source: string;
}

const KNOWN_FAILURES: readonly KnownFailure[] = [
  {
    path: "chat/completions",
    nullMember: "messages",
    source: "https://github.com/Azure/azure-sdk-for-python/issues/40812",
  },
];

/** Whether the service fails at a body of this kind, whoever sends it and however often. */
export function failsAt({ path }: InferenceOperation, body: RequestBody): boolean {
  return KNOWN_FAILURES.some((failure) => failure.path === path && body.isNull(failure.nullMember));
}
