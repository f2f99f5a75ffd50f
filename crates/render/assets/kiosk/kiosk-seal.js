// Seals an answer to the server's key: HPKE (RFC 9180), base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// What is sealed here cannot be opened here. The layout is that of crates/core/src/listen/kiosk/item.rs.
const PLAIN_BYTES = 8192;
const text = (words) => new TextEncoder().encode(words);
const crypt = globalThis.crypto;

const join = (...parts) => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
  return whole;
};
const number = (value, bytes) => {
  const out = new Uint8Array(bytes);
  for (let at = bytes - 1; at >= 0; at--, value = Math.floor(value / 256)) out[at] = value % 256;
  return out;
};

const KEM = join(text("KEM"), number(0x0010, 2));
const SUITE = join(text("HPKE"), number(0x0010, 2), number(0x0001, 2), number(0x0002, 2));
const NOTHING = new Uint8Array(0);

const hmac = async (key, data) => {
  // An empty key is, to HMAC, as good as one of zeros; browsers take only the latter.
  const raw = key.length ? key : new Uint8Array(32);
  const made = await crypt.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypt.subtle.sign("HMAC", made, data));
};
const extract = (suite, salt, label, secret) => hmac(salt, join(text("HPKE-v1"), suite, text(label), secret));
// One block of HKDF-Expand is enough: nothing longer than 32 bytes is asked for.
const expand = async (suite, secret, label, info, length) => {
  const labelled = join(number(length, 2), text("HPKE-v1"), suite, text(label), info);
  return (await hmac(secret, join(labelled, number(1, 1)))).slice(0, length);
};

async function encapsulate(theirs) {
  const curve = { name: "ECDH", namedCurve: "P-256" };
  const key = await crypt.subtle.importKey("raw", theirs, curve, false, []);
  const own = await crypt.subtle.generateKey(curve, true, ["deriveBits"]);
  const shared = new Uint8Array(await crypt.subtle.deriveBits({ name: "ECDH", public: key }, own.privateKey, 256));
  const open = new Uint8Array(await crypt.subtle.exportKey("raw", own.publicKey));
  const secret = await extract(KEM, NOTHING, "eae_prk", shared);
  return [open, await expand(KEM, secret, "shared_secret", join(open, theirs), 32)];
}

/** The sealed item of an answer; an error when it is too long. `server`: what the server said of itself. */
export async function seal(server, sequence, answer) {
  const words = text(JSON.stringify(answer));
  if (words.length > PLAIN_BYTES - 2) throw new RangeError("too long");
  const plain = new Uint8Array(PLAIN_BYTES);
  plain.set([words.length % 256, Math.floor(words.length / 256)]);
  plain.set(words, 2);
  const kiosk = Uint8Array.from(server.kiosk.replaceAll("-", "").match(/../g), (pair) => parseInt(pair, 16));
  const header = join(text("HLK1"), number(server.generation, 1), kiosk, number(sequence, 8));
  const theirs = Uint8Array.from(atob(server.key), (c) => c.charCodeAt(0));
  const [open, shared] = await encapsulate(theirs);
  const [id, info] = await Promise.all([
    extract(SUITE, NOTHING, "psk_id_hash", NOTHING),
    extract(SUITE, NOTHING, "info_hash", text("hailong kiosk 1")),
  ]);
  const context = join(number(0, 1), id, info);
  const secret = await extract(SUITE, shared, "secret", NOTHING);
  const [raw, nonce] = await Promise.all([
    expand(SUITE, secret, "key", context, 32),
    expand(SUITE, secret, "base_nonce", context, 12),
  ]);
  const key = await crypt.subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt"]);
  const how = { name: "AES-GCM", iv: nonce, additionalData: header };
  return join(header, open, new Uint8Array(await crypt.subtle.encrypt(how, key, plain)));
}
