export type { AccessSearch } from "./page-access";
export type { MadeCall } from "./page-call";
export { SimulatorPage, type SimulatorPageProps } from "./simulator-page";
export { readTestedLines, type TestedLines } from "./tested-lines";
