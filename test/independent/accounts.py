"""The cell as it shows itself, what follows from a number, and one owner: a number, its account and its one device,
from the signed yes to the receipt of leaving. Each checks what it is answered before anything is made of it."""

import json
import os
import re
import struct
import time
import urllib.parse
from pathlib import Path

import primitives
from assent.v1 import account_pb2, cell_pb2, directory_pb2, discovery_pb2, registration_pb2
from assent.v1.signed_pb2 import AuthenticatedRequest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from primitives import Failed, check, public_bytes
from wire import Refused, call, derived_key, get, joined, label, labelled_hash, opened, sha256, sign, signed

POLICY = Path(__file__).resolve().parents[2] / "docs/policy-4.txt"
CONTRACT, POLICY_VERSION = 1, 4
RECORD_SIZE, KEY_PACKAGE_SIZE = 256, 4_000
NAME_LENGTH, IMPRINT_LENGTH, SUPPLEMENT_SIZE = 60, 500, 8_192
UNFIT = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
ACCOUNTS, DIRECTORY, DISCOVERY, REGISTRATION = (
    f"/assent.v1.{name}Service" for name in ("Account", "Directory", "Discovery", "Registration")
)


def check_refused(code, action):
    """The action must be refused, with this code."""
    try:
        action()
    except Refused as refused:
        return check(str(refused) == code, f"refused with {refused} where {code} was to be expected")
    raise Failed(f"not refused with {code}")


def check_operator(operator):
    """That what those who run the cell say of themselves can be shown as it is."""
    texts = (operator.name, operator.imprint, operator.policy_supplement)
    sizes = (len(texts[0]), len(texts[1]), len(texts[2].encode()))
    check(all(size <= most for size, most in zip(sizes, (NAME_LENGTH, IMPRINT_LENGTH, SUPPLEMENT_SIZE))), "a long operator")
    check("\n" not in operator.name and not UNFIT.search("".join(texts)), "an operator that is not fit to be shown")


class Cell:
    """The service, as its parameters and its certificate show it. The cell id is pinned on first sight."""

    def __init__(self, origin):
        self.origin = origin
        request = cell_pb2.GetParametersRequest(contract=CONTRACT)
        answer = self.call("/assent.v1.CellService/GetParameters", request, cell_pb2.GetParametersResponse)
        self.id = labelled_hash("cell id", cell_pb2.Certificate.FromString(answer.certificate.encoded).root_key)
        certificate = self.certified(answer.certificate)
        self.parameters = opened("parameters", certificate.parameters_key, answer.parameters, cell_pb2.Parameters)
        check(self.parameters.cell_id == self.id, "parameters of another cell")
        check(self.parameters.certificate_number == certificate.number >= 1, "the certificate's number")
        check(self.parameters.lowest_contract <= CONTRACT, "a service that this client is too old for")
        accepted = [(policy.version, policy.hash) for policy in self.parameters.policies]
        check((POLICY_VERSION, sha256(POLICY.read_bytes())) in accepted, "the policy is not accepted")
        check_operator(self.parameters.operator)
        self.sealing_key = max(self.parameters.sealing_keys, key=lambda key: key.epoch)
        self.voprf_key = max(self.parameters.voprf_keys, key=lambda key: key.epoch)

    def call(self, procedure, request, kind):
        return call(self.origin, procedure, request, kind)

    def certified(self, statement):
        """The certificate, under the pinned cell id."""
        root_key = cell_pb2.Certificate.FromString(statement.encoded).root_key
        check(labelled_hash("cell id", root_key) == self.id, "a certificate of another cell")
        return opened("certificate", root_key, statement, cell_pb2.Certificate)

    def seal_number(self, intent, number, consent):
        associated = joined(self.id, struct.pack(">I", intent), consent)
        plaintext = number.encode().ljust(42, b"\0")  # the number in 32 bytes, then no invitation
        return primitives.hpke_seal(self.sealing_key.public_key, label("number"), associated, plaintext)

    def code_for(self, number):
        """From the fake SMS; a client of people reads it from its phone."""
        messages = json.loads(get(self.origin, "/sms/messages?to=" + urllib.parse.quote(number, safe="")))
        last_line = re.search(r"^@\S+ #(\d{6})\Z", messages[-1]["text"] if messages else "", re.MULTILINE)
        check(last_line, "no code was sent")
        return last_line[1]

    def file(self, name):
        return get(self.origin, f"/buckets/{self.voprf_key.epoch}/{name}")


def record_bytes(record):
    """What an owner signs of a record."""
    version, sequence = struct.pack(">I", record.lowest_manifest_version), struct.pack(">Q", record.sequence)
    return joined(record.cell_id, version, sequence)


class Handle:
    """What follows from the VOPRF output of a number."""

    def __init__(self, output):
        self.bucket_bits, self.tag = struct.unpack(">II", derived_key("locator", output, 8))
        self.lookup_key, self.record_key = (derived_key(name, output, 32) for name in ("lookup key", "record key"))
        self.lookup_hash = labelled_hash("lookup key", self.lookup_key)

    def seal_record(self, record):
        encoded, nonce = record.SerializeToString(), os.urandom(12)
        padded = joined(encoded).ljust(RECORD_SIZE - 12 - 16, b"\0")
        return nonce + AESGCM(self.record_key).encrypt(nonce, padded, None)

    def open_record(self, sealed):
        check(len(sealed) == RECORD_SIZE, "a record's size")
        try:
            padded = AESGCM(self.record_key).decrypt(sealed[:12], sealed[12:], None)
        except InvalidTag:
            raise Failed("the record does not open") from None
        size = int.from_bytes(padded[:4], "big")
        check(4 + size <= len(padded) and not any(padded[4 + size :]), "the record's padding")
        return directory_pb2.Record.FromString(padded[4 : 4 + size])


class Owner:
    """One number, with its account and its one device."""

    def __init__(self, cell, number):
        self.cell, self.number, self.counter = cell, number, 0
        self.root, self.device = Ed25519PrivateKey.generate(), Ed25519PrivateKey.generate()
        self.account_id = labelled_hash("account id", public_bytes(self.root))
        self.device_id = labelled_hash("device id", public_bytes(self.device))
        self.claim = self.handle = None

    def prove_number(self):
        """From a signed yes to a claim, and to the handle, which follows from the evaluation beside it."""
        yes = registration_pb2.ConsentStatement(
            root_key=public_bytes(self.root), cell_id=self.cell.id, policy_version=POLICY_VERSION,
            policy_hash=sha256(POLICY.read_bytes()), purposes=["service"],
            given_at_ms=time.time_ns() // 1_000_000, nonce=os.urandom(16),
        )
        consent, intent = signed("consent", self.root, yes), registration_pb2.INTENT_REGISTER
        start = registration_pb2.StartRegistrationRequest(
            contract=CONTRACT, intent=intent, sealing_epoch=self.cell.sealing_key.epoch, consent=consent,
            sealed_number=self.cell.seal_number(intent, self.number, consent.encoded),
        )
        begun = self.cell.call(f"{REGISTRATION}/StartRegistration", start, registration_pb2.StartRegistrationResponse)
        code = self.cell.code_for(self.number)
        check_refused("code_wrong", lambda: self._verify(begun.session, f"{(int(code) + 1) % 1_000_000:06}"))
        proved = self._verify(begun.session, code)
        check(self._verify(begun.session, code).claim == proved.claim, "the right code again: another claim")

        evaluation, element = proved.evaluation, primitives.blind_input(self.number.encode())
        check(evaluation.voprf_epoch == self.cell.voprf_key.epoch, "an evaluation of another epoch")
        evaluated = evaluation.evaluated_element
        primitives.check_evaluation(self.cell.voprf_key.public_key, [element], [evaluated], evaluation.proof)
        self.handle = Handle(primitives.finalize(self.number.encode(), evaluated))
        claims_key = self.cell.certified(proved.certificate).claims_key
        claim = opened("claim", claims_key, proved.claim, registration_pb2.Claim)
        expected = registration_pb2.Claim(
            cell_id=self.cell.id, intent=intent, lookup_hash=self.handle.lookup_hash,
            bucket_bits=self.handle.bucket_bits, tag=self.handle.tag, root_key=public_bytes(self.root),
            voprf_epoch=evaluation.voprf_epoch, policy_version=POLICY_VERSION,
            serial=claim.serial, expires_at_ms=claim.expires_at_ms,
        )
        check(claim == expected and len(claim.serial) == 16, "the claim does not say what follows from the number")
        self.claim = proved.claim

    def _verify(self, session, code):
        request = registration_pb2.VerifyCodeRequest(session=session, code=code)
        return self.cell.call(f"{REGISTRATION}/VerifyCode", request, registration_pb2.VerifyCodeResponse)

    def create_account(self):
        sealing_key = primitives.x_wing_public_key(os.urandom(32))
        device = account_pb2.Device(
            signature_key=public_bytes(self.device), sealing_key=sealing_key, name=f"device {os.urandom(4).hex()}"
        )
        manifest = account_pb2.Manifest(root_key=public_bytes(self.root), version=1, devices=[device])
        record = directory_pb2.Record(
            root_key=public_bytes(self.root), lowest_manifest_version=1, cell_id=self.cell.id, sequence=1
        )
        record.signature = sign("record", self.root, record_bytes(record))
        request = account_pb2.CreateAccountRequest(
            claim=self.claim, sealed_record=self.handle.seal_record(record),
            manifest=signed("manifest", self.root, manifest),
        )
        statement = joined(request.claim.encoded, request.sealed_record, request.manifest.encoded)
        request.signature = sign("account", self.root, statement)
        # Whoever lost the first answer asks again, and is told the same.
        for _ in range(2):
            answer = self.cell.call(f"{ACCOUNTS}/CreateAccount", request, account_pb2.CreateAccountResponse)
            check(answer.account_id == self.account_id, "another account id")

    def request_bytes(self, procedure, counter, body_hash):
        """What a device signs."""
        return joined(procedure.encode(), self.cell.id, self.device_id, struct.pack(">Q", counter), body_hash)

    def request(self, procedure, body):
        self.counter += 1
        statement = self.request_bytes(procedure, self.counter, sha256(body))
        return AuthenticatedRequest(
            device_id=self.device_id, counter=self.counter, body=body, contract=CONTRACT,
            signature=sign("request", self.device, statement),
        )

    def add_key_packages(self):
        procedure = f"{DIRECTORY}/AddKeyPackages"
        packages = [os.urandom(KEY_PACKAGE_SIZE) for _ in range(20)]
        body = directory_pb2.AddKeyPackagesRequest(key_packages=packages, last_resort=os.urandom(KEY_PACKAGE_SIZE))
        signed_call = directory_pb2.AddKeyPackagesCall(request=self.request(procedure, body.SerializeToString()))
        answer = self.cell.call(procedure, signed_call, directory_pb2.AddKeyPackagesResponse)
        check(answer.single_use_left == 20, "KeyPackages that are not counted")
        return packages

    def evaluate(self, number):
        """The handle of somebody's number, and the call, which must not work a second time."""
        procedure, data = f"{DISCOVERY}/Evaluate", number.encode()
        blind = int.from_bytes(os.urandom(64), "big") % (primitives.ORDER - 1) + 1
        blinded, key = primitives.blind_input(data, blind), self.cell.voprf_key
        body = discovery_pb2.EvaluateRequest(voprf_epoch=key.epoch, blinded_elements=[blinded])
        signed_call = discovery_pb2.EvaluateCall(request=self.request(procedure, body.SerializeToString()))
        answer = self.cell.call(procedure, signed_call, discovery_pb2.EvaluateResponse)
        primitives.check_evaluation(key.public_key, [blinded], answer.evaluated_elements, answer.proof)
        return Handle(primitives.finalize(data, answer.evaluated_elements[0], blind)), signed_call

    def leave(self):
        """The receipt must stand alone: certificate, cell id, and the very request."""
        procedure = f"{ACCOUNTS}/DeleteAccount"
        request = self.request(procedure, account_pb2.DeleteAccountRequest().SerializeToString())
        answer = self.cell.call(
            procedure, account_pb2.DeleteAccountCall(request=request), account_pb2.DeletionResponse
        )
        receipts_key = self.cell.certified(answer.certificate).receipts_key
        receipt = opened("deletion", receipts_key, answer.receipt, account_pb2.DeletionReceipt)
        check((receipt.cell_id, receipt.account_id) == (self.cell.id, self.account_id), "another's receipt")
        signed_bytes = self.request_bytes(procedure, request.counter, sha256(request.body))
        check(receipt.request_hash == labelled_hash("request", signed_bytes), "the receipt is for another request")
        return receipt
