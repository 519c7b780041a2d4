/** Inputs of a batch and what is to come of them, which others computed: for the self-test. */
import { HEAD_OCTETS, type KeyPair } from "@sotto/wire";

/** A scalar, a u coordinate, and X25519 of both. */
export interface CurveAnswer {
  readonly scalar: Uint8Array;
  readonly u: Uint8Array;
  readonly product: Uint8Array;
}

/** The two vectors of RFC 7748, section 5.2. */
export const CURVE_ANSWERS: readonly CurveAnswer[] = [
  {
    scalar: hex("a546e36bf0527c9d3b16154b82465edd62144c0ac1fc5a18506a2244ba449ac4"),
    u: hex("e6db6867583030db3594c1a424b15f7c726624ec26b3353b10a903a6d0ab1c4c"),
    product: hex("c3da55379de9c6908e94ea4df28d084f32eccf03491c71f754b4075577a28552"),
  },
  {
    scalar: hex("4b66e9d4d1b4673c5ad22691957d6af5c11b6421e0ea01d42ca4169e7918ba0d"),
    u: hex("e5210f12786811d3f4b7959d0538ae2c31dbe7106fc03c3efc4cd549c715a493"),
    product: hex("95cbde9476e8907d7aade45cb4b873f88b595a68799fa152e6f8f7647aac7957"),
  },
];

/** A point of order 8 (RFC 7748, section 6.1, speaks of them): every scalar makes zero of it. */
export const LOW_ORDER = hex("e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800");

/** Two key pairs; the frames below are for the first, for the second, for both, or for none. */
export const KEYS: readonly [KeyPair, KeyPair] = [
  {
    secretKey: base64("v2uG/bPB+iwOzUOcmnPq2TD/7YWJczWuymj8kLpdBqk="),
    publicKey: base64("2oir1FWYy5FlTkWF82593PqQtutJhc2YiWOhiPv7VDY="),
  },
  {
    secretKey: base64("E8xImo3mSllgJIRdBif5H4JNEId7nz+1ExfSrAAgAzs="),
    publicKey: base64("iIyfppIhmQwXXZIoFjSTt4FVDg5zJc0a/Mne4L5oqyI="),
  },
];

/** Frames by the keys that they fit, made by tweetnacl and tried by libsodium. */
export const FRAMES = {
  first: frame(
    "xnUA8QZyxDYDrbsQhkTsnMsGXvZxbzJNC4AVxEdnOW2aIFyFdWCOinZR0bdZ+bwUHYw2ADiYvliyjOk6" +
      "lAYE6v2qeVd854BSDvi3k61YR6MLpCGDrC+qfRhHIiATTz2tv0aHB8c8HCNMnJFi24pIE1lS",
  ),
  second: frame(
    "YqQbIbZ2FCT1XR+Skt3ExNt7xePuc2W/wRCKSybA6zUD1zuPuck6KP8+KCQEtxVzYltSpB7jSoaR4oUu" +
      "Am5vnHUxus/wT3KFvjg3gIMsQoeqr5Urgagy09YyYSdhXJu2sZ9x8KvzDxXgaFDHB8gfw3ld",
  ),
  both: frame(
    "mr7uLN6sXkIL7qF3O3zJ0Q58YpoQTf+wiWWCHY3j3TiKSwtZLG0laF19TT3P+3JuGm7vw+Xr1EKZe+Q0" +
      "8RzHyFH/7pihR2MiHFJg/O+481WHBFReTpQTO9RZ7EGTqDFNMLtRxg212hMyKz05WPCUIZ7s",
  ),
  /** For the first; the top bit of its ephemeral key is set, which X25519 ignores, and the nonce does not. */
  unreduced: frame(
    "kxv18Mb9ik19mVVJlu1SEs39xOSNq63cv5bc7LewhJ9xkhXNK4DE8Vo+0X5MXzmiJVLXzK3nflskpPLj" +
      "bhawTgAa3uoR7QAtBXdn2b7oU3PDiPyBp8RWai1cj+hQDICfjPQJ56UzbMz8HFsrsH+l8QzW",
  ),
  /** For nobody: its tag is right for the first key, but its ephemeral key is of low order, the shared secret zero. */
  lowOrder: frame(
    "4Ot6fDtBuK4WVuP68Z/EatoJjeucMrH9hmIFFl9JuIDBzqu6vVkOZ7mWH40P0qlCJbRiW4wFvpxfuO9z" +
      "l1DAObd0FiiAR5hU0wdEIR3W+idYqClXOShogBuKr2Tqhw2PbTE287GkzcZ+QsyxDjx9/9HK",
  ),
} as const;

function hex(digits: string): Uint8Array {
  return Uint8Array.from(Buffer.from(digits, "hex"));
}

function base64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}

/** A box behind a head of zeros, at which no batch looks. */
function frame(box: string): Uint8Array {
  return Uint8Array.of(...new Uint8Array(HEAD_OCTETS), ...base64(box));
}
