/**
 * `medusa-plugin-ipn/gateway/conformance`: what tests of a gateway are made with. Needs jest and fast-check, which the
 * plugin itself does not.
 */
export { describeGateway, type GatewayUnderTest } from "./describe-gateway"
export {
  fill,
  freshValues,
  loadRecordings,
  type Question,
  type Recording,
  type Sender,
  type Values,
} from "./recording"
export { startHttpServer, type Answer, type Call } from "../simulation/http-server"
export { loopbackIo, startReader, type Reader } from "../simulation/reader"
