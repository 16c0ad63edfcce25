"""The main journey, walked over HTTP through the gateway as its users would walk it.

An educator registers, is recommended, applies, pays, is certified, is found by the public and in
the district's report, and is revoked.
Each step first checks what is already done, so it can be repeated after an interruption.
"""

import time
from collections.abc import Callable
from pathlib import Path

import requests

from services.demonstration.journey import agency, educator, partners
from services.demonstration.journey.walker import Journey, state_served_at
from services.demonstration.visitor import Unexpected

Step = Callable[[Journey], str | None]

STEPS: tuple[tuple[str, Step], ...] = (
    ("The public opens the site", partners.open_site),
    ("An educator registers", educator.register),
    ("... confirms the address and signs in", educator.confirm),
    ("The provider records admission and completion", partners.admit),
    ("The educator starts an application", educator.start_application),
    ("... fills in every element", educator.fill_in),
    ("The provider recommends", partners.recommend),
    ("The educator pays", educator.pay),
    ("... and submits", educator.submit),
    ("The analyst verifies each element", agency.review),
    ("... and approves: the certificate is issued", agency.decide),
    ("The educator downloads it", educator.download),
    ("The public finds and verifies it", partners.look_up),
    ("The district reports: in field", partners.report),
    ("The superintendent complains", partners.complain),
    ("Legal opens a case and places a hold", agency.open_case),
    ("The board decides", agency.hear_case),
    ("The final order revokes", agency.revoke),
)


def walk(base_url: str, states: Path, mail: str = "/identity/mail") -> int:
    """Take every step in the suite's state, one of those in the folder `states`, and print a line
    for each; returns 1 if any failed.
    """
    try:
        state = state_served_at(base_url, states)
    except requests.ConnectionError:
        print(f"Nothing answers at {base_url}. Start it with 'make up'; set PORT for another port.")
        return 1
    except (Unexpected, requests.RequestException) as failure:
        print(f"The suite at {base_url} does not show which state it serves: {failure}")
        return 1
    journey, began = Journey(base_url, state, mail=mail), time.perf_counter()
    for number, (title, step) in enumerate(STEPS, start=1):
        started = time.perf_counter()
        try:
            output = step(journey)
        except (Unexpected, requests.RequestException) as failure:
            print(f"{number:>2}  {title:<48} FAILED: {failure}")
            print(f"journey: {len(STEPS)} steps, {len(STEPS) - number + 1} failed")
            return 1
        took = time.perf_counter() - started
        print(f"{number:>2}  {title:<48} {took:6.2f} s  {output or ''}".rstrip(), flush=True)
    print(
        f"final order to lookup {journey.facts['seconds to lookup']:.3f} s, "
        f"to the district's findings {journey.facts['seconds to findings']:.3f} s"
    )
    print(f"journey: {len(STEPS)} steps, 0 failed, {time.perf_counter() - began:.1f} s")
    return 0
