// CDKTF notes where each token was made, and Jest translates every line of that to TypeScript: more than half of the
// time of a synthesis, for traces which only errors of CDKTF itself show.
jest.mock("cdktf/lib/tokens/private/stack-trace", () => ({ captureStackTrace: () => [] }));
