import { runIfMain } from "../../../scripts/command-line";
import { demoOf } from "../../../scripts/demo";
import * as environments from "../../support/reference-environments";

/** `npm run demo` with the environments that behaviour is tested on. */
runIfMain(module, demoOf(environments));
