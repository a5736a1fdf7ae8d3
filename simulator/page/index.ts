export { SimulatorPage, type SimulatorPageProps } from "./simulator-page";
