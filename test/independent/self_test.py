"""The second client's cryptography against test vectors: what the drafts and the RFC publish, and the points that
platforms judge differently. Nothing is sent before it passed."""

import json
from pathlib import Path

from primitives import Failed, blind_input, check, check_evaluation, finalize, x_wing_encapsulate, x_wing_public_key
from wire import verify

VECTORS = Path(__file__).resolve().parent.parent / "vectors"


def self_test():
    for vector in json.loads((VECTORS / "xwing/test-vectors.json").read_text()):
        check_x_wing(*(bytes.fromhex(vector[name]) for name in ("seed", "eseed", "pk", "ss", "ct")))
    suite = json.loads((VECTORS / "oprf-rfc9497/ristretto255-sha512-voprf.json").read_text())
    for vector in suite["vectors"]:
        check_voprf(bytes.fromhex(suite["pkSm"]), vector)
    for vector in json.loads((VECTORS / "ed25519-points/vectors.json").read_text()):
        parts = (bytes.fromhex(vector[name]) for name in ("publicKey", "message", "signature"))
        check(passes(verify, "request", *parts) == vector["holds"], f"Ed25519: {vector['name']}")


def check_x_wing(seed, randomness, public_key, secret, ciphertext):
    check(x_wing_public_key(seed) == public_key, "X-Wing: public key")
    check(x_wing_encapsulate(public_key, randomness) == (secret, ciphertext), "X-Wing: encapsulation")


def check_voprf(key, vector):
    names = ("Input", "Blind", "BlindedElement", "EvaluationElement", "Output")
    lists = ([bytes.fromhex(part) for part in vector[name].split(",")] for name in names)
    inputs, blinds, blinded, evaluated, outputs = lists
    blinds = [int.from_bytes(blind, "little") for blind in blinds]
    check([blind_input(*each) for each in zip(inputs, blinds)] == blinded, "VOPRF: blinding")
    check([finalize(*each) for each in zip(inputs, evaluated, blinds)] == outputs, "VOPRF: output")

    proof = bytes.fromhex(vector["Proof"]["proof"])
    another = bytes([proof[0] ^ 1]) + proof[1:]
    check(passes(check_evaluation, key, blinded, evaluated, proof), "VOPRF: proof")
    check(not passes(check_evaluation, key, blinded, evaluated, another), "VOPRF: another proof passes")
    check(not passes(check_evaluation, key, evaluated, blinded, proof), "VOPRF: the proof of another evaluation passes")


def passes(judge, *arguments):
    try:
        judge(*arguments)
    except Failed:
        return False
    return True
