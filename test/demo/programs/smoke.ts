import { runIfMain } from "../../../scripts/command-line";
import { smokeOf } from "../../../scripts/smoke";
import * as environments from "../../support/reference-environments";

/** `npm run smoke` with the environments that behaviour is tested on. */
runIfMain(module, smokeOf(environments));
