#!/usr/bin/python3
"""A second client of the Assent service, in another language, written from docs/protocol.md, docs/policy-4.txt and
proto/assent/v1 alone. It shares no code with the project: its messages are what protoc makes of the contract, its
cryptography is primitives.py and Debian's python3-cryptography. What works here follows from the documents.

This file has the mailboxes and the steps; accounts.py what an owner does, wire.py the transport. It speaks no MLS: its
KeyPackages are random bytes, and so are the bodies of its envelopes, of a padded length: the service reads neither.
It trusts what it has checked, keeps nothing, and is for tests.

    PYTHONPATH=BINDINGS /usr/bin/python3 client.py --self-test
    PYTHONPATH=BINDINGS /usr/bin/python3 client.py --server http://127.0.0.1:PORT --look-up NUMBER

The second reads the codes from the service's fake SMS; the number is one that another client turned on. Each step prints `ok STEP`; what fails is said, exit code 1."""

import argparse
import hmac
import os
import struct
import sys
import time

from accounts import CONTRACT, DIRECTORY, DISCOVERY, Cell, Owner, check_refused, record_bytes
from assent.v1 import account_pb2, directory_pb2, discovery_pb2, mailbox_pb2
from google.protobuf.message import DecodeError
from primitives import Failed, check, public_bytes
from self_test import self_test
from wire import Refused, WebSocket, label, labelled_hash, opened, sha256, verify

NUMBERS = "+447400100201", "+447400100202"


def ok(step):
    print(f"ok {step}", flush=True)


class Outbox(WebSocket):
    def __init__(self, cell):
        super().__init__(cell.origin, "/outbox", mailbox_pb2.OutboxAnswer)
        self.number = 0

    def put(self, capability, body, after=0):
        """An item that is not sent yet."""
        self.number += 1
        envelope_id = labelled_hash("envelope id", os.urandom(32))
        return mailbox_pb2.Put(
            request=self.number, capability=capability, envelope_id=envelope_id, body=body, after=after
        )

    def send_puts(self, *puts):
        """In one frame; what they are answered, in their order: the service may answer in any."""
        self.send(mailbox_pb2.OutboxRequest(puts=puts))
        answers = {}
        while len(answers) < len(puts):
            answer = self.receive()
            answers |= {item.request: item for item in (*answer.put_results, *answer.errors)}
        return [answers[put.request] for put in puts]

    def send_good_puts(self, *puts):
        answers = self.send_puts(*puts)
        for answer in answers:
            check(isinstance(answer, mailbox_pb2.PutResult), f"a put was refused: {answer}")
        return answers

    def status(self, capability, ticket):
        self.number += 1
        query = mailbox_pb2.StatusQuery(request=self.number, capability=capability, ticket=ticket)
        self.send(mailbox_pb2.OutboxRequest(status_queries=[query]))
        (result,) = self.receive().status_results
        check(result.request == self.number, "a status that was not asked for")
        return result.status

    def heartbeat(self, number):
        beat = mailbox_pb2.OutboxHeartbeat(number=number)
        self.send(mailbox_pb2.OutboxRequest(heartbeats=[beat]))
        (answer,) = self.receive().heartbeats
        check(answer.number == number and answer.is_answer, "a heartbeat without an answer")


class Inbox(WebSocket):
    """Authenticated as it is opened, or by a key that it was given then; `first` is what the service answers to that."""

    def __init__(self, owner, return_key=None):
        super().__init__(owner.cell.origin, "/inbox", mailbox_pb2.InboxAnswer)
        self.number = 0
        hello = self.receive()
        check(hello.request == 0 and len(hello.challenge.nonce) == 32, "no challenge")
        if return_key:
            proof = hmac.digest(return_key, label("return") + b"\0" + hello.challenge.nonce, "sha512")
            self.first = self.ask(come_back=mailbox_pb2.ComeBack(device_id=owner.device_id, proof=proof))
            return
        request = owner.request("/inbox", hello.challenge.nonce)
        authenticate = mailbox_pb2.Authenticate(
            device_id=request.device_id, counter=request.counter, signature=request.signature,
            contract=CONTRACT, account_id=owner.account_id,
        )
        self.first = self.ask(authenticate=authenticate)

    def ask(self, **body):
        """Sends a request, and gives what comes next: its answer, or the error that ends the socket."""
        self.number += 1
        self.send(mailbox_pb2.InboxRequest(request=self.number, **body))
        answer = self.receive()
        ends = answer.request == 0 and answer.error.code
        check(answer.request == self.number or ends, "something else before the answer")
        return answer

    def heartbeat(self, number):
        answer = self.ask(heartbeat=mailbox_pb2.InboxHeartbeat(number=number)).heartbeat
        check(answer.number == number and answer.is_answer, "a heartbeat without an answer")


def check_listed(cell, handle):
    """That the tag is in its bucket, and the bucket in the index."""
    index = discovery_pb2.BucketIndex.FromString(cell.file("index"))
    check(index.voprf_epoch == cell.voprf_key.epoch, "the index of another epoch")
    check(len(index.bucket_hashes) == 1 << index.bits, "the number of buckets")
    number = handle.bucket_bits >> 32 - index.bits
    bucket = cell.file(number)
    check(sha256(bucket) == index.bucket_hashes[number], "the bucket's hash")
    tags = [tag for (tag,) in struct.iter_unpack(">I", bucket)]
    check(tags == sorted(set(tags)) and handle.tag in tags, "the tag is not in its bucket")


def get_record(cell, handle):
    request = directory_pb2.GetRecordRequest(lookup_key=handle.lookup_key)
    answer = cell.call(f"{DIRECTORY}/GetRecord", request, directory_pb2.GetRecordResponse)
    check(answer.found, "no record")
    record = handle.open_record(answer.sealed_record)
    check(record.cell_id == cell.id, "the record of another cell")
    verify("record", record.root_key, record_bytes(record), record.signature)
    return record


def take_key_packages(cell, record):
    """The one device's KeyPackage and provisional capability, under a manifest that the record vouches for."""
    request = directory_pb2.TakeKeyPackagesRequest(account_id=labelled_hash("account id", record.root_key))
    answer = cell.call(f"{DIRECTORY}/TakeKeyPackages", request, directory_pb2.TakeKeyPackagesResponse)
    manifest = opened("manifest", record.root_key, answer.manifest, account_pb2.Manifest)
    check(manifest.root_key == record.root_key, "the manifest of another account")
    check(manifest.version >= record.lowest_manifest_version, "a manifest that is too old")
    (device,), (package,) = manifest.devices, answer.devices
    check(package.device_id == labelled_hash("device id", device.signature_key), "a package of another device")
    return package


def check_last_request(owner, last, procedure, counter):
    """That `Ready` shows what the device signed before."""
    check((last.procedure, last.counter) == (procedure, counter), "another last request")
    statement = owner.request_bytes(last.procedure, last.counter, last.body_hash)
    verify("request", public_bytes(owner.device), statement, last.signature)


def run(origin, number_of_another):
    cell = Cell(origin)
    ok("parameters and certificate checked, cell pinned")
    ok(f"run by {cell.parameters.operator.name}")
    writer, reader = owners = [Owner(cell, number) for number in NUMBERS]
    for owner in owners:
        owner.prove_number()
    ok("two numbers proved: consent, sealed number, code, claim, evaluation")
    for owner in owners:
        owner.create_account()
    ok("two accounts made: manifest, record")
    writer.add_key_packages()
    packages = reader.add_key_packages()
    ok("KeyPackages added: signed request, counter")

    handle, repeatable = writer.evaluate(reader.number)
    check(handle.lookup_key == reader.handle.lookup_key, "blinded and unblinded, the handles differ")
    ok("number evaluated: blinded, with proof")
    check_listed(cell, handle)
    ok("tag found: index, bucket and its hash")
    record = get_record(cell, handle)
    check(record.root_key == public_bytes(reader.root), "another root key than was registered")
    ok("record opened: root key, signature")
    package = take_key_packages(cell, record)
    check(package.key_package in packages, "a KeyPackage that was not added")
    ok("KeyPackage and provisional capability taken")
    handle, _ = writer.evaluate(number_of_another)
    check_listed(cell, handle)
    take_key_packages(cell, get_record(cell, handle))
    ok("the same of a number that another client turned on")

    inbox = Inbox(reader)
    ready, refused = inbox.first.ready, inbox.first.error
    check(not refused.code, f"the inbox was refused with {refused.code}")
    check(ready.single_use_key_packages_left == 19 and not ready.last_resort_taken, "KeyPackages that are left")
    pair = ready.certificate_number, ready.parameters_sequence
    check(pair == (cell.parameters.certificate_number, cell.parameters.sequence), "other parameters")
    check_last_request(reader, ready.last_request, f"{DIRECTORY}/AddKeyPackages", 1)
    nothing = inbox.receive()
    check(nothing.request == 0 and nothing.delivery.caught_up and not nothing.delivery.envelopes, "not caught up")
    ok("inbox opened: challenge, ready, caught up")
    (minted,) = inbox.ask(mint_capabilities=mailbox_pb2.MintCapabilities(count=1)).minted_capabilities.capabilities
    check(len(minted.serial) == 16 and minted.expires_at_ms > time.time() * 1000, "the capability")
    ok("full capability minted")

    inbox = Inbox(reader, ready.return_key)
    again, refused = inbox.first.ready, inbox.first.error
    check(not refused.code, f"coming back was refused with {refused.code}")
    check(again.single_use_key_packages_left == 19 and again.lineage == ready.lineage, "other than it was told before")
    check(not again.HasField("last_request") and not again.return_key, "more than is told to who comes back")
    check(inbox.receive().delivery.caught_up, "not caught up")
    ok("come back without a signature")

    outbox = Outbox(cell)
    puts = [outbox.put(package.provisional_capability, b"\x01" + os.urandom(511))]
    results = outbox.send_good_puts(*puts)
    for size in (512, 1_024, 32_768):
        puts.append(outbox.put(minted.capability, b"\x02" + os.urandom(size - 1), puts[-1].request))
    results += outbox.send_good_puts(*puts[1:])
    check(all(result.outcome == mailbox_pb2.PUT_OUTCOME_STORED for result in results), "a put that was not stored")
    tickets = {result.ticket for result in results}
    check(len(tickets) == 4 and all(len(ticket) == 16 for ticket in tickets), "tickets")
    ok("puts stored: one, then three in one frame, each after the one before")

    delivered = []
    while len(delivered) < len(puts):
        delivery = inbox.receive().delivery
        check(delivery.envelopes, "a delivery of nothing")
        check((delivery.lineage, delivery.generation) == (ready.lineage, ready.generation), "lineage or generation")
        delivered += delivery.envelopes
    positions = [envelope.position for envelope in delivered]
    check(positions == sorted(set(positions)), "positions that do not rise")
    came, went = ([(each.envelope_id, each.body) for each in envelopes] for envelopes in (delivered, puts))
    check(came == went, "other envelopes than were put, or in another order")
    check([each.address_serial == minted.serial for each in delivered] == [False, True, True, True], "the addresses")
    ok("delivered in order, under the addresses' serials")
    acknowledged = inbox.ask(acknowledge=mailbox_pb2.Acknowledge(position=positions[-1])).acknowledged
    check(acknowledged.position == positions[-1], "another position was acknowledged")
    ok("acknowledged")
    status = outbox.status(minted.capability, results[-1].ticket)
    check(status == mailbox_pb2.ENVELOPE_STATUS_HELD, f"status {status}")
    ok("status by ticket: held")
    outbox.heartbeat(7)
    inbox.heartbeat(8)
    ok("heartbeats answered")

    wrong = outbox.put(minted.capability, os.urandom(513))
    dependent = outbox.put(minted.capability, os.urandom(512), wrong.request)
    codes = [answer.code for answer in outbox.send_puts(wrong, dependent)]
    check(codes == ["request_invalid", "after_refused"], f"refused with {codes}")
    refused = inbox.ask(mint_capabilities=mailbox_pb2.MintCapabilities(count=101))
    check((refused.request, refused.error.code) == (inbox.number, "request_invalid"), "a wrong request on the inbox")
    outbox.heartbeat(9)
    inbox.heartbeat(10)
    ok("wrong requests refused by number, sockets still open")
    evaluate, kind = f"{DISCOVERY}/Evaluate", discovery_pb2.EvaluateResponse
    check_refused("counter_behind", lambda: cell.call(evaluate, repeatable, kind))
    ok("signed request repeated: counter_behind")

    inbox.close()
    receipt = reader.leave()
    counted = (receipt.records, receipt.tags, receipt.devices, receipt.key_packages, receipt.envelopes)
    check(counted == (1, 1, 1, 20, 0), f"deleted {counted}")
    ok("left: receipt, certificate, request hash")
    (late,) = outbox.send_good_puts(outbox.put(minted.capability, b"\x02" + os.urandom(511)))
    check(late.outcome == mailbox_pb2.PUT_OUTCOME_GONE, "a put to somebody who left")
    status = outbox.status(minted.capability, results[-1].ticket)
    check(status == mailbox_pb2.ENVELOPE_STATUS_GONE, f"status {status}")
    outbox.close()
    ok("put to who left: gone")
    answer = Inbox(reader).first
    error = answer.error
    check((answer.request, error.code) == (0, "signed_out"), f"the inbox of who left: {error.code}")
    receipts_key = cell.certified(error.certificate).receipts_key
    ending = opened("ending", receipts_key, error.ending, account_pb2.AccountEnding)
    check((ending.cell_id, ending.account_id) == (cell.id, reader.account_id), "another's ending")
    check(ending.reason == account_pb2.ENDING_REASON_LEFT, "another ending")
    ok("signed out, with a signed ending")


def main():
    arguments = argparse.ArgumentParser(description="A second client of the Assent service.")
    arguments.add_argument("--self-test", action="store_true", help="the test vectors alone; nothing is sent")
    arguments.add_argument("--server", help="where the service is, such as http://127.0.0.1:8787")
    arguments.add_argument("--look-up", metavar="NUMBER", help="a number that another client turned on there")
    options = arguments.parse_args()
    if options.self_test == bool(options.server and options.look_up):
        arguments.error("either --self-test, or --server and --look-up")
    try:
        self_test()
        ok("test vectors")
        if options.server:
            run(options.server, options.look_up)
    except (Failed, Refused, OSError, ValueError, DecodeError) as problem:
        print(f"failed: {problem!r}", flush=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
