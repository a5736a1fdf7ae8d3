export { dev } from "./dev";
export { prod } from "./prod";
export { test } from "./test";
