"""What schemathesis needs to get past the door: the demo's tokens, and identifiers that exist."""

import json
import os
import random
import re
import urllib.error
import urllib.request

import schemathesis

ADDRESS = os.environ["OSTLER_ADDRESS"]
# The tokens of the public demo environment. Public by purpose, never secret.
CALLER = {
    "ClientToken": "E0D439EE522F44368DC78E1BFB03710C-D24FB11DBE31D4621C4817E028D9E1D",
    "AccessToken": "C66EF7B239D24632943D115EDE9CB810-EA00F8FD8294692C940F6B5A8F9453D",
    "Client": "schemathesis",
}
UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHANCE = random.Random(1)


def post(path, parameters):
    body = json.dumps({**CALLER, **parameters}).encode()
    request = urllib.request.Request(ADDRESS + path, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request) as response:
        return json.load(response)


def singular(name):
    return name[:-3] + "y" if name.endswith("ies") else name.removesuffix("s")


def learn(known, value, name):
    """Remembers identifiers by the name of the property that refers to them."""
    if isinstance(value, dict):
        for key, part in value.items():
            learn(known, part, key if key != "Id" else singular(name) + "Id")
    elif isinstance(value, list):
        for part in value:
            learn(known, part, singular(name) if name.endswith("Ids") else name)
    elif isinstance(value, str) and name.endswith("Id") and UUID.fullmatch(value):
        known.setdefault(name, set()).add(value)


def identifiers():
    with urllib.request.urlopen(ADDRESS + "/_ostler/openapi.json") as response:
        document = json.load(response)
    known = {}
    services = None
    for path in sorted(document["paths"], key=lambda path: "services" not in path):
        if not re.search("/getAll(/|$)", path):
            continue
        for more in ({}, {"ServiceIds": services}):
            try:
                learn(known, post(path, {"Limitation": {"Count": 30}, **more}), "")
                break
            except urllib.error.HTTPError:
                continue
        services = sorted(known.get("ServiceId", ()))
    return {name: sorted(values) for name, values in known.items()}


KNOWN = identifiers()


def existing(value, name=""):
    if isinstance(value, dict):
        return {key: existing(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [existing(part, singular(name)) for part in value]
    if isinstance(value, str) and name in KNOWN and CHANCE.random() < 0.9:
        return CHANCE.choice(KNOWN[name])
    return value


@schemathesis.hook
def before_call(context, case, kwargs):
    if isinstance(case.body, dict):
        case.body = {**existing(case.body), **CALLER}
