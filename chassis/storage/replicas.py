"""Replicas: tables that hold what another service owns."""

from typing import Any

from contracts.event import Event

REPLICA_OF = "told by"


def replica_of(*facts: type[Event]) -> dict[str, Any]:
    """Arguments of a table of copies of what `facts` tell, each at its newest `version`.

    A fact of which there are kinds, as `PersonFact`, stands for all of them.
    To hear one again must do no more than bring the copy up to date.
    """
    kinds = [kind for fact in facts for kind in fact.__subclasses__() or (fact,)]
    return {"info": {REPLICA_OF: tuple(kind.topic for kind in kinds)}}
