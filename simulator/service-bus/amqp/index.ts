export { AmqpEndpoint } from "./amqp-endpoint";
