"""What a walk saw, one JSON object a line, with the API's address taken out: the same by whatever way it was read."""

import json
import os

API = os.environ["API_URL"]
TOKEN = os.environ["API_TOKEN"]
ADMIN_TOKEN = os.environ["API_ADMIN_TOKEN"]
OWNER, REPOSITORY = os.environ["API_REPOSITORY"].split("/")


def say(what, seen):
    text = json.dumps({"what": what, "seen": seen}, sort_keys=True, default=str)
    print(text.replace(API, "{api}"))
