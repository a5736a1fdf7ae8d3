// @peculiar/x509 needs a reflect polyfill before it loads: its own import would come too early elsewhere.
import "reflect-metadata";

export * from "@peculiar/x509";
