import { printHostObjects } from "../types/host-object";
import { registry } from "../types/type-registry";
import { arrayType } from "./array";
import { cipherExtensions } from "./cipher";
import { collectionTypes } from "./collections";
import { comparisonTypes } from "./comparison";
import { contextTypes } from "./context";
import { bitConverterType, convertType } from "./convert";
import { cryptographyTypes } from "./cryptography";
import { delegateTypes } from "./delegates";
import { enumerableTypes } from "./enumerable";
import { identifierTypes } from "./guid";
import { jsonTypes } from "./json";
import { mathType } from "./math";
import { numberTypes } from "./numbers";
import { objectTypes } from "./object";
import { regexTypes } from "./regex";
import { stringType } from "./string";
import { textTypes } from "./text";
import { timeTypes } from "./time";
import { tupleTypes } from "./tuple";
import { webTypes } from "./web";
import { xmlTypes } from "./xml";

let isAdded = false;

/**
 * Makes the library known. What APIM allows and this list lacks is refused at load: RSA, ciphers other than `Encrypt`
 * and `Decrypt` with AES, time zones.
 *
 * Source: https://learn.microsoft.com/azure/api-management/api-management-policy-expressions#CLRTypes
 */
export function addLibrary(): void {
  if (isAdded) {
    return;
  }
  isAdded = true;
  printHostObjects();
  registry.add([
    ...objectTypes,
    ...numberTypes,
    stringType,
    ...comparisonTypes,
    ...delegateTypes,
    ...collectionTypes,
    ...tupleTypes,
    arrayType,
    ...enumerableTypes,
    convertType,
    bitConverterType,
    mathType,
    ...timeTypes,
    ...identifierTypes,
    ...regexTypes,
    ...textTypes,
    ...cryptographyTypes,
    ...webTypes,
    ...jsonTypes,
    ...xmlTypes(),
    ...contextTypes,
    cipherExtensions,
  ]);
}
