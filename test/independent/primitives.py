"""What the second client needs of cryptography and no library of Debian's has: ristretto255 (RFC 9496), its VOPRF (RFC
9497), ML-KEM-768 (FIPS 203), X-Wing, and HPKE's seal (RFC 9180); of each the half that a client needs. It is written
from those documents, shares no code with the project, is slow, and is not constant in time: for tests alone."""

import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class Failed(Exception):
    """Something is not as the documents say."""


def check(holds, what):
    if not holds:
        raise Failed(what)


def public_bytes(private_key):
    return private_key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


# --- edwards25519 (RFC 8032) in extended coordinates, and ristretto255 (RFC 9496) upon it ---

FIELD = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
CURVE_D = -121665 * pow(121666, -1, FIELD) % FIELD
ROOT_OF_MINUS_1 = pow(2, (FIELD - 1) // 4, FIELD)
IDENTITY = (0, 1, 1, 0)


def magnitude(x):
    """Of x and -x the one whose least bit is 0."""
    x %= FIELD
    return FIELD - x if x & 1 else x


def root_of_ratio(u, v):
    """Whether u/v is a square, and the root of it, or of it times the root of -1."""
    root = u * pow(v, 3, FIELD) * pow(u * pow(v, 7, FIELD), (FIELD - 5) // 8, FIELD) % FIELD
    square = v * root * root % FIELD
    if square in (-u % FIELD, -u * ROOT_OF_MINUS_1 % FIELD):
        root = root * ROOT_OF_MINUS_1 % FIELD
    return square in (u % FIELD, -u % FIELD), magnitude(root)


INVERSE_ROOT_OF_A_MINUS_D = root_of_ratio(1, -1 - CURVE_D)[1]
# The odd one of the two roots, as RFC 9496 has it.
ROOT_OF_A_D_MINUS_1 = FIELD - root_of_ratio(-CURVE_D - 1, 1)[1]


def add(p, q):
    x1, y1, z1, t1 = p
    x2, y2, z2, t2 = q
    a, b = (y1 - x1) * (y2 - x2), (y1 + x1) * (y2 + x2)
    c, d = 2 * CURVE_D * t1 * t2, 2 * z1 * z2
    e, f, g, h = b - a, (d - c) % FIELD, (d + c) % FIELD, b + a
    return e * f % FIELD, g * h % FIELD, f * g % FIELD, e * h % FIELD


def multiply(scalar, point):
    result = IDENTITY
    for bit in bin(scalar)[2:]:
        result = add(result, result)
        if bit == "1":
            result = add(result, point)
    return result


def is_strict_point(encoded):
    """Whether these are the 32 least bytes of a point of edwards25519 whose order is not small."""
    y = int.from_bytes(encoded, "little") & (2**255 - 1)
    is_on_curve, x = root_of_ratio(y * y - 1, CURVE_D * y * y + 1)
    if len(encoded) != 32 or y >= FIELD or not is_on_curve:
        return False
    eightfold = multiply(8, (x, y, 1, x * y % FIELD))
    return eightfold[0] != 0


def decode_element(encoded):
    s = int.from_bytes(encoded, "little")
    check(len(encoded) == 32 and s < FIELD and s % 2 == 0, "an element's encoding")
    u1, u2 = 1 - s * s, 1 + s * s
    v = -(CURVE_D * u1 * u1) - u2 * u2
    was_square, inverse = root_of_ratio(1, v * u2 * u2 % FIELD)
    x = magnitude(2 * s * inverse * u2)
    y = u1 * inverse * inverse * u2 * v % FIELD
    t = x * y % FIELD
    # The identity, s = 0, is none that a VOPRF takes.
    check(was_square and t % 2 == 0 and y != 0 and s != 0, "an element's encoding")
    return x, y, 1, t


def encode_element(point):
    x, y, z, t = point
    u1, u2 = (z + y) * (z - y) % FIELD, x * y % FIELD
    _, inverse = root_of_ratio(1, u1 * u2 * u2 % FIELD)
    d1, d2 = inverse * u1 % FIELD, inverse * u2 % FIELD
    z_inverse = d1 * d2 * t % FIELD
    if t * z_inverse % FIELD & 1:
        x, y, d2 = y * ROOT_OF_MINUS_1, x * ROOT_OF_MINUS_1, d1 * INVERSE_ROOT_OF_A_MINUS_D
    if x * z_inverse % FIELD & 1:
        y = -y
    return magnitude(d2 * (z - y)).to_bytes(32, "little")


def map_to_element(half):
    t = int.from_bytes(half, "little") % 2**255
    r = ROOT_OF_MINUS_1 * t * t % FIELD
    u, v = (r + 1) * (1 - CURVE_D * CURVE_D), (-1 - r * CURVE_D) * (r + CURVE_D)
    was_square, s = root_of_ratio(u % FIELD, v % FIELD)
    c = -1
    if not was_square:
        s, c = -magnitude(s * t), r
    n = c * (r - 1) * (CURVE_D - 1) ** 2 - v
    w0, w1, w2, w3 = 2 * s * v, n * ROOT_OF_A_D_MINUS_1, 1 - s * s, 1 + s * s
    return w0 * w3 % FIELD, w2 * w1 % FIELD, w1 * w3 % FIELD, w0 * w2 % FIELD


def element_from_hash(data):
    return add(map_to_element(data[:32]), map_to_element(data[32:]))


GENERATOR = decode_element(bytes.fromhex("e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76"))

# --- VOPRF: RFC 9497, ristretto255-SHA512, mode 1 ---

VOPRF_CONTEXT = b"OPRFV1-\x01-ristretto255-SHA512"


def expand_message(message, domain):
    """RFC 9380, expand_message_xmd with SHA-512, to 64 bytes: one block."""
    domain += bytes([len(domain)])
    first = hashlib.sha512(bytes(128) + message + struct.pack(">HB", 64, 0) + domain).digest()
    return hashlib.sha512(first + b"\x01" + domain).digest()


def hash_to_element(message):
    return element_from_hash(expand_message(message, b"HashToGroup-" + VOPRF_CONTEXT))


def hash_to_scalar(message):
    return int.from_bytes(expand_message(message, b"HashToScalar-" + VOPRF_CONTEXT), "little") % ORDER


def short(*fields):
    """Each field after its length in two bytes, as RFC 9497 has it."""
    return b"".join(struct.pack(">H", len(field)) + field for field in fields)


def check_evaluation(public_key, blinded, evaluated, proof):
    """That all were evaluated under the key: the proof of RFC 9497, 2.2."""
    check(len(blinded) == len(evaluated) and len(proof) == 64, "an evaluation's length")
    seed = hashlib.sha512(short(public_key, b"Seed-" + VOPRF_CONTEXT)).digest()
    m = z = IDENTITY
    for index, (before, after) in enumerate(zip(blinded, evaluated)):
        weight = hash_to_scalar(short(seed) + struct.pack(">H", index) + short(before, after) + b"Composite")
        m = add(m, multiply(weight, decode_element(before)))
        z = add(z, multiply(weight, decode_element(after)))
    c, s = (int.from_bytes(half, "little") for half in (proof[:32], proof[32:]))
    check(c < ORDER and s < ORDER, "a proof's encoding")
    t2 = add(multiply(s, GENERATOR), multiply(c, decode_element(public_key)))
    t3 = add(multiply(s, m), multiply(c, z))
    transcript = short(public_key, *(encode_element(point) for point in (m, z, t2, t3))) + b"Challenge"
    check(hash_to_scalar(transcript) == c, "an evaluation's proof")


def blind_input(data, blind=1):
    return encode_element(multiply(blind, hash_to_element(data)))


def finalize(data, evaluated, blind=1):
    unblinded = multiply(pow(blind, -1, ORDER), decode_element(evaluated))
    return hashlib.sha512(short(data, encode_element(unblinded)) + b"Finalize").digest()


# --- ML-KEM-768 (FIPS 203): key generation and encapsulation; X-Wing; HPKE (RFC 9180) ---

Q, RANK = 3329, 3


def reversed_bits(i):
    return int(f"{i:07b}"[::-1], 2)


ZETAS = [pow(17, reversed_bits(i), Q) for i in range(128)]
GAMMAS = [pow(17, 2 * reversed_bits(i) + 1, Q) for i in range(128)]


def to_ntt(polynomial):
    f, i, length = list(polynomial), 1, 128
    while length >= 2:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                t = ZETAS[i] * f[j + length]
                f[j], f[j + length] = (f[j] + t) % Q, (f[j] - t) % Q
            i += 1
        length //= 2
    return f


def from_ntt(transformed):
    f, i, length = list(transformed), 127, 2
    while length <= 128:
        for start in range(0, 256, 2 * length):
            for j in range(start, start + length):
                f[j], f[j + length] = (f[j] + f[j + length]) % Q, ZETAS[i] * (f[j + length] - f[j]) % Q
            i -= 1
        length *= 2
    return [x * pow(128, -1, Q) % Q for x in f]


def sum_of(*polynomials):
    return [sum(coefficients) % Q for coefficients in zip(*polynomials)]


def product(f, g):
    """Of two transformed polynomials."""
    h = []
    for i, gamma in enumerate(GAMMAS):
        (a0, a1), (b0, b1) = f[2 * i : 2 * i + 2], g[2 * i : 2 * i + 2]
        h += [(a0 * b0 + a1 * b1 * gamma) % Q, (a0 * b1 + a1 * b0) % Q]
    return h


def inner_product(vector, other):
    return sum_of(*(product(f, g) for f, g in zip(vector, other)))


def uniform_polynomial(seed):
    """SampleNTT: three bytes are two candidates of 12 bits; those below Q are taken."""
    stream = hashlib.shake_128(seed).digest(1344)
    values = []
    for i in range(0, len(stream), 3):
        three = int.from_bytes(stream[i : i + 3], "little")
        values += [x for x in (three & 0xFFF, three >> 12) if x < Q]
    check(len(values) >= 256, "a sample that is too short")
    return values[:256]


def small_polynomial(seed, number):
    """SamplePolyCBD of eta 2, from PRF(seed, number): the first two bits of four count up, the others down."""
    bits = int.from_bytes(hashlib.shake_256(seed + bytes([number])).digest(128), "little")
    fours = [bits >> 4 * i & 15 for i in range(256)]
    return [(x & 1) + (x >> 1 & 1) - (x >> 2 & 1) - (x >> 3) for x in fours]


def pack(values, width):
    number = sum(value << width * i for i, value in enumerate(values))
    return number.to_bytes(len(values) * width // 8, "little")


def unpack(data, width):
    number = int.from_bytes(data, "little")
    return [number >> width * i & (1 << width) - 1 for i in range(len(data) * 8 // width)]


def compress(polynomial, width):
    return pack([((x << width) + Q // 2) // Q % (1 << width) for x in polynomial], width)


def matrix_row(rho, row):
    return [uniform_polynomial(rho + bytes([column, row])) for column in range(RANK)]


def ml_kem_public_key(seed):
    """From d, the first 32 bytes; z is of no use to whoever only encapsulates."""
    rho_sigma = hashlib.sha3_512(seed[:32] + bytes([RANK])).digest()
    rho, sigma = rho_sigma[:32], rho_sigma[32:]
    secret = [to_ntt(small_polynomial(sigma, i)) for i in range(RANK)]
    error = [to_ntt(small_polynomial(sigma, RANK + i)) for i in range(RANK)]
    rows = (sum_of(inner_product(matrix_row(rho, i), secret), error[i]) for i in range(RANK))
    return b"".join(pack(row, 12) for row in rows) + rho


def ml_kem_encapsulate(public_key, message):
    """The shared secret and the ciphertext."""
    coefficients, rho = unpack(public_key[:1152], 12), public_key[1152:]
    check(len(public_key) == 1184 and max(coefficients) < Q, "an ML-KEM public key")
    t = [coefficients[256 * i : 256 * i + 256] for i in range(RANK)]
    shared_coins = hashlib.sha3_512(message + hashlib.sha3_256(public_key).digest()).digest()
    shared, coins = shared_coins[:32], shared_coins[32:]
    y = [to_ntt(small_polynomial(coins, i)) for i in range(RANK)]
    rows = [matrix_row(rho, i) for i in range(RANK)]
    u = b""
    for i in range(RANK):
        column = [row[i] for row in rows]
        u += compress(sum_of(from_ntt(inner_product(column, y)), small_polynomial(coins, RANK + i)), 10)
    bits = [bit * ((Q + 1) // 2) for bit in unpack(message, 1)]
    v = sum_of(from_ntt(inner_product(t, y)), small_polynomial(coins, 2 * RANK), bits)
    return shared, u + compress(v, 4)


def x_wing_public_key(private_key):
    """The private key is 32 bytes."""
    expanded = hashlib.shake_256(private_key).digest(96)
    return ml_kem_public_key(expanded[:64]) + public_bytes(X25519PrivateKey.from_private_bytes(expanded[64:]))


def x_wing_encapsulate(public_key, randomness):
    """The shared secret and the encapsulated key; of the randomness, 32 bytes are for each half."""
    shared, ciphertext = ml_kem_encapsulate(public_key[:1184], randomness[:32])
    theirs, ephemeral = public_key[1184:], X25519PrivateKey.from_private_bytes(randomness[32:])
    agreed, ours = ephemeral.exchange(X25519PublicKey.from_public_bytes(theirs)), public_bytes(ephemeral)
    secret = hashlib.sha3_256(shared + agreed + ours + theirs + bytes.fromhex("5c2e2f2f5e5c")).digest()
    return secret, ciphertext + ours


def hpke_seal(public_key, info, associated_data, plaintext):
    """Base mode: the encapsulated key, then the ciphertext."""
    suite = b"HPKE" + struct.pack(">HHH", 0x647A, 0x0001, 0x0002)
    shared, encapsulated = x_wing_encapsulate(public_key, os.urandom(64))

    def extract(salt, name, data):
        return hmac.digest(salt, b"HPKE-v1" + suite + name + data, "sha256")

    def expand(secret, name, data, length):
        labelled = struct.pack(">H", length) + b"HPKE-v1" + suite + name + data
        return hmac.digest(secret, labelled + b"\x01", "sha256")[:length]

    context = b"\0" + extract(b"", b"psk_id_hash", b"") + extract(b"", b"info_hash", info)
    secret = extract(shared, b"secret", b"")
    key, nonce = expand(secret, b"key", context, 32), expand(secret, b"base_nonce", context, 12)
    return encapsulated + AESGCM(key).encrypt(nonce, plaintext, associated_data)
