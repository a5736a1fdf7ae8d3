import { everyCredentialStack } from "./every-credential-stack";

everyCredentialStack({ outdir: process.argv[2] });
