"""Verifies a proof that `npx greenlight audit --proof` wrote, without Greenlight and without its table.

    python3 verify-proof.py proof.json checkpoint-key.pem signing-key.pem

Needs the package "cryptography". Take both public keys from a person you trust, or from KMS:

    aws kms get-public-key --region eu-west-1 --key-id <ARN> --query PublicKey --output text | base64 -d |
      openssl pkey -pubin -inform DER

Prints what was approved, where, and when. Exits with 1 and says why if anything does not hold.
"""

import base64
import datetime
import hashlib
import json
import sys

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

HASHED = ("approval", "at", "earlierUntil", "happened", "number", "previous")


def fail(reason):
    sys.exit(f"The proof does not hold: {reason}.")


def sha256(data):
    return hashlib.sha256(data).digest()


def canonical(value):
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def read_key(path):
    with open(path, "rb") as file:
        return load_pem_public_key(file.read())


def is_signed(key, signature, data):
    """With the algorithm of the key that you trust, whatever the proof says."""
    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, data, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, data, ec.ECDSA(hashes.SHA256()))
        return True
    except InvalidSignature:
        return False


def open_note(note, key):
    """C2SP signed-note and tlog-checkpoint: origin, size and root, in a text that the key has signed."""
    text, _, signatures = note.partition("\n\n")
    text += "\n"
    origin, size, root = text.splitlines()[:3]
    key_id = sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))[:4]
    for line in signatures.splitlines():
        _, name, encoded = line.split(" ")
        signature = base64.b64decode(encoded)
        if name == origin and signature[:4] == key_id and is_signed(key, signature[4:], text.encode()):
            return origin, int(size), base64.b64decode(root)
    return fail("the checkpoint is not signed with the key that you gave")


def root_of(leaf, index, size, path):
    """RFC 9162, section 2.1.3.2."""
    node, last, found = index, size - 1, sha256(b"\0" + leaf)
    for other in path:
        if last == 0:
            fail("the path is too long")
        if node % 2 == 1 or node == last:
            found = sha256(b"\1" + other + found)
            while node % 2 == 0 and node != 0:
                node, last = node // 2, last // 2
        else:
            found = sha256(b"\1" + found + other)
        node, last = node // 2, last // 2
    if last != 0:
        fail("the path is too short")
    return found


def main(proof_path, checkpoint_key_path, signing_key_path):
    with open(proof_path, encoding="utf-8") as file:
        proof = json.load(file)
    entry, where = proof["entry"], proof["where"]
    happened = entry["happened"]

    entry_hash = sha256(canonical({name: entry[name] for name in HASHED}))
    if entry_hash.hex() != entry["hash"]:
        fail("the entry was altered")
    origin, size, root = open_note(proof["checkpoint"], read_key(checkpoint_key_path))
    path = [base64.b64decode(one) for one in proof["path"]]
    if not 0 <= proof["index"] < size or root_of(entry_hash, proof["index"], size, path) != root:
        fail("the log does not have the entry")

    statement = {
        "version": 1,
        "approval": entry["approval"],
        "tokenHash": happened["signed"]["tokenHash"],
        "where": where,
        "executionId": proof["executionId"],
        "decision": happened["verdict"],
        "votes": sha256(canonical(happened["votes"])).hex(),
        "record": happened["record"],
        "at": entry["at"],
    }
    signature = base64.b64decode(happened["signed"]["value"])
    if not is_signed(read_key(signing_key_path), signature, canonical(statement)):
        fail("the verdict is not signed with the key that you gave")

    at = datetime.datetime.fromtimestamp(entry["at"] / 1000, datetime.timezone.utc).isoformat(timespec="seconds")
    print(f"{happened['verdict']}: {where['pipeline']}, {where['stage']}, {where['action']}", end=" ")
    print(f"in {where['accountId']} {where['region']}, execution {proof['executionId']}, at {at}, with", end=" ")
    print(f"{len(happened['votes'])} signed votes. Entry {proof['index']} of {size} in the log {origin}.")


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit(__doc__)
    main(*sys.argv[1:])
