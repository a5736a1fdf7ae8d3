import { csharp } from "../../policy";

/** C# pattern of pictures, files and sound in a JSON body, which are not text of a prompt. */
export const ENCODED_CONTENT = csharp`"\"(?:data:[a-z0-9.+/-]+;base64,[A-Za-z0-9+/=]*|data\"[\\s]*:[\\s]*\"[A-Za-z0-9+/=]*)\""`;
