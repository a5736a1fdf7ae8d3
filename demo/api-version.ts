/** The version of Azure OpenAI's API that calls and client programs name, where it is not part of the URL. */
export const API_VERSION = "2024-10-21";
