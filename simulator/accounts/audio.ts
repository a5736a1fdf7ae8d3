import { invalidRequest } from "./account-error";
import { generateAnswer } from "./generated-answer";
import {
  DATA_ACTIONS,
  type InferenceContext,
  type InferenceOperation,
  isSpeechModel,
  isTranscriptionModel,
  type PreparedInference,
} from "./inference-operation";

/** Bytes of audio that the service takes. Source: https://learn.microsoft.com/azure/foundry/openai/reference */
const MAX_AUDIO_BYTES = 25 * 1024 * 1024;
/** Tokens that a recording and what was said in it cost: of the order of a short one. */
const TOKENS = 64;

/** Text of a recording: `POST .../audio/transcriptions`. */
export const audioTranscriptions = listening(
  "Transcriptions_Create",
  "audioTranscription",
  "audio/transcriptions",
);

/** Text of a recording, in English: `POST .../audio/translations`. */
export const audioTranslations = listening("Translations_Create", "audioTranslation", "audio/translations");

/** A text, spoken: `POST .../audio/speech`. */
export const audioSpeech: InferenceOperation = {
  operationId: "Speech_Create",
  name: "audioSpeech",
  path: "audio/speech",
  dataAction: DATA_ACTIONS.audio,
  supports: isSpeechModel,
  prepare: ({ body, encoding }) => {
    const input = body.text("input");
    if (input === undefined || body.text("voice") === undefined) {
      throw invalidRequest(
        "'input' and 'voice' are required properties",
        input === undefined ? "input" : "voice",
      );
    }
    const promptTokens = encoding.encode(input).length;
    return {
      promptTokens,
      estimate: promptTokens,
      stream: false,
      answer: () => ({
        completionTokens: 0,
        events: [],
        json: {},
        // An ID3v2 header without frames: what players take for an empty recording.
        media: { type: "audio/mpeg", bytes: Buffer.from("ID3\u0004\0\0\0\0\0\0", "latin1") },
      }),
    };
  },
};

function listening(operationId: string, name: string, path: string): InferenceOperation {
  return {
    operationId,
    name,
    path,
    dataAction: DATA_ACTIONS.audio,
    supports: isTranscriptionModel,
    takesForm: true,
    prepare: (context) => listen(context),
  };
}

function listen({ form, encoding }: InferenceContext): PreparedInference {
  const [size] = form?.files.file ?? [];
  if (form === undefined || size === undefined) {
    throw invalidRequest("'file' is a required property", "file");
  }
  if (size > MAX_AUDIO_BYTES) {
    throw invalidRequest(`Maximum content size limit (${MAX_AUDIO_BYTES}) exceeded.`, "file");
  }
  return {
    promptTokens: TOKENS,
    estimate: TOKENS,
    stream: false,
    answer: () => {
      const { text, tokens } = generateAnswer(`${size}`, `${size} bytes of audio`, encoding, TOKENS);
      return { completionTokens: tokens, events: [], json: { text } };
    },
  };
}
