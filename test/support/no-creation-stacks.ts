import * as stackTrace from "cdktf/lib/tokens/private/stack-trace";
import * as metadataTrace from "constructs/lib/private/stack-trace";

// CDKTF notes where each token and each warning was made, and every line of that is translated to TypeScript: more than
// half of the time of a synthesis, for traces which only errors of CDKTF itself and its manifest show.
for (const module of [stackTrace, metadataTrace]) {
  Object.assign(module, { captureStackTrace: () => [] });
}
