import * as stackTrace from "cdktf/lib/tokens/private/stack-trace";

// CDKTF notes where each token was made, and every line of that is translated to TypeScript: more than half of the
// time of a synthesis, for traces which only errors of CDKTF itself show.
Object.assign(stackTrace, { captureStackTrace: () => [] });
