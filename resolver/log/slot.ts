/** Octets of a slot of a journal: a frame and ten octets of its SHA-256. */
export const SLOT_OCTETS = 128;
