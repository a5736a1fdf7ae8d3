export { Clock, type ClockProps } from "./clock";
