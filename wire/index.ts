export { blake2b } from "./blake2b.ts";
export {
  BLOCK_OCTETS,
  type Block,
  BODY_OCTETS,
  type Body,
  CHUNK_OCTETS,
  joinChunks,
  MAX_PARTS,
  makeBlocks,
  type Part,
  readBlock,
  readBody,
} from "./block.ts";
export { type Collection, consentOf, DEFAULT_CI_SAMPLE, parseCollection, rereadCollection } from "./collection.ts";
export {
  completeConnectionString,
  connectionSecrets,
  describeConnection,
  type Environment,
  isConnectionString,
  type Login,
  passwordIn,
  tellableAnswer,
  withoutPassword,
} from "./connectionstring.ts";
export { dateOfDay, dayOfDate } from "./date.ts";
export {
  type Definition,
  MAX_DEFINITION_OCTETS,
  parseDefinition,
  type ZoneDefinition,
} from "./definition.ts";
export {
  type BooleanField,
  type BucketField,
  type ChoiceField,
  type CounterField,
  type Field,
  type FieldKind,
  isExpired,
  OTHER,
  type PlatformField,
  type StandardField,
  WINDOWS_BACK_KEY,
} from "./definitionfield.ts";
export type { ReportDefinition } from "./definitionreport.ts";
export { sha256, toHex } from "./digest.ts";
export {
  DEFAULT_EPOCH_DAYS,
  type EpochKey,
  type EpochKeyText,
  encodeEpochKey,
  keyOfDay,
  parseEpochKey,
} from "./epochkey.ts";
export {
  BlockError,
  ConnectionStringError,
  DefinitionError,
  type DefinitionProblem,
  FrameError,
  KeyError,
  PolicyError,
  ReceiptError,
  SegmentError,
  SignatureError,
  SottoError,
  TextError,
  ZoneError,
} from "./errors.ts";
export {
  BOX_OCTETS,
  boxOf,
  FRAME_OCTETS,
  FRAME_VERSION,
  frameId,
  HEAD_OCTETS,
  type Head,
  makeFrame,
  readHead,
} from "./frame.ts";
export {
  checkPublicKey,
  decodePublicKey,
  decodeSecretKey,
  encodePublicKey,
  encodeSecretKey,
  generateKeyPair,
  keyPairOf,
} from "./key.ts";
export { type Admission, admit, FUTURE_DAYS, LATE_DAYS, type Span } from "./lateness.ts";
export {
  encodeMinisignPublicKey,
  encodeMinisignSecretKey,
  generateMinisignKey,
  type MinisignPublicKey,
  type MinisignSecretKey,
  type MinisignSignature,
  minisignKeyId,
  parseMinisignPublicKey,
  parseMinisignSecretKey,
  resolveMinisignPublicKey,
  signMinisign,
  verifyMinisign,
} from "./minisign.ts";
export { decodeLabels, decodeName, encodeName, LABEL_DIGITS, NAME_DIGITS } from "./name.ts";
export { openFrame } from "./open.ts";
export { encodePolicy, type Policy, parsePolicy, policyName, stopHash } from "./policy.ts";
export { isProject } from "./project.ts";
export { DEFAULT_BITS, leadingZeroBits, MAX_BITS, puzzleDigest, solve, verify } from "./puzzle.ts";
export { type RandomSource, systemRandom } from "./random.ts";
export { encodeReceipt, parseReceipt, provesSealing, type Receipt } from "./receipt.ts";
export { MAX_POLITE_RETRIES, secondsToRetry } from "./retryafter.ts";
export { type SealedFrame, type SealOptions, seal } from "./seal.ts";
export { KEY_OCTETS, type KeyPair, openBox, publicKeyOf, sealBox } from "./sealedbox.ts";
export {
  encodeSegment,
  type OctetSource,
  SEGMENT_HEADER_OCTETS,
  SEGMENT_SUM_OCTETS,
  type SegmentEntry,
  type SegmentHeader,
  SegmentReader,
  verifySegment,
} from "./segment.ts";
export {
  compareSegments,
  encodeSegmentList,
  isSegmentId,
  parseSegmentList,
  SEGMENT_LIST_PATH,
  type SegmentList,
  segmentPath,
} from "./segmentlist.ts";
export { openBoxAsSender } from "./senderopen.ts";
export {
  MAX_SEGMENT_LIST_OCTETS,
  MAX_SIGNATURE_OCTETS,
  type PublishedList,
  readPublishedList,
  SEGMENT_LIST_SIGNATURE_PATH,
  signList,
} from "./signedlist.ts";
export { MAX_TEXT_OCTETS, MIN_TEXT_OCTETS, parseText, type Report } from "./text.ts";
export {
  collectorAcceptsWeek,
  DAY_SECONDS,
  dayOf,
  HEAD_WEEKS,
  headWeekOf,
  isMonday,
  resolveWeek,
  WEEK_SECONDS,
  weekOf,
  weekStart,
} from "./week.ts";
export { isZone, MAX_ZONE_CHARACTERS, parseZone } from "./zone.ts";
