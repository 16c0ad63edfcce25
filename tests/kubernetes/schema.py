"""Whether an object has the form that Kubernetes, or the operator that reads it, expects.

Kubernetes' own kinds are checked against its published schemas, in which nothing unknown is allowed
(they come with the package kubernetes-validate); what operators read, against `schemas/`, which
know just the fields that are used here.
"""

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.kubernetes.manifests import Manifests, title

OLDEST, NEWEST = "1.30.0", "1.37.0"

_OWN = Path(__file__).parent / "schemas"
_PUBLISHED = files("kubernetes_validate") / "kubernetes-json-schema"


def malformed(manifests: Manifests, version: str = NEWEST) -> Iterator[str]:
    """What is not as the schemas of this version of Kubernetes have it."""
    for manifest in manifests:
        for fault in _faults(json.dumps(manifest), version):
            yield f"{title(manifest)}: {fault}"


@cache  # overlays have most objects in common
def _faults(text: str, version: str) -> list[str]:
    manifest = json.loads(text)
    group, _, api_version = manifest["apiVersion"].rpartition("/")
    own = _find_own(group, api_version, manifest["kind"])
    name = "-".join(filter(None, [manifest["kind"], group.split(".")[0], api_version])).lower()
    validator = own or _find_published(name, version)
    if validator is None:
        return [f"no schema knows {manifest['apiVersion']}"]
    checked = manifest if own is None else manifest.get("spec")
    errors = validator.iter_errors(checked)
    return [f"{error.json_path}: {error.message[:200]}" for error in errors]


@cache
def _find_own(group: str, api_version: str, kind: str) -> Draft202012Validator | None:
    path = _OWN / f"{group}_{api_version}.json"
    if not path.is_file():
        return None
    schema: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    if kind not in schema["$defs"]:
        return None
    return Draft202012Validator(
        schema | {"$ref": f"#/$defs/{kind}"}, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


@cache
def _find_published(name: str, version: str) -> Draft202012Validator | None:
    schema = _PUBLISHED / f"v{version}-local-strict" / f"{name}.json"
    if not schema.is_file():
        return None
    return Draft202012Validator(json.loads(schema.read_text()), registry=_definitions(version))


@cache
def _definitions(version: str) -> Registry[Any]:
    text = (_PUBLISHED / f"v{version}-local-strict" / "_definitions.json").read_text()
    return Resource.from_contents(json.loads(text)) @ Registry()
