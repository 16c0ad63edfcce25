"""Follows the ways through a function to the facts that it records."""

import ast
from collections.abc import Iterable, Iterator, Sequence

from services.acts.source import NONE, PASSED, Facts, Function, Recorded, Source, names_in

_CONDITIONAL = (
    ast.IfExp,
    ast.BoolOp,
    ast.Lambda,
    ast.ListComp,
    ast.SetComp,
    ast.DictComp,
    ast.GeneratorExp,
)


def recorded_by(source: Source, module: str, function: Function) -> Recorded:
    """What a function records itself, and by what it calls."""
    if function not in source.known:
        source.known[function] = Recorded()  # for one that calls itself
        source.known[function] = _Walk(source, module, function).recorded()
    return source.known[function]


class _Walk:
    """Follows the ways through one function: what all of them record, and what only some do."""

    def __init__(self, source: Source, module: str, function: Function) -> None:
        self._source = source
        self._module = module
        self._function = function
        self._seen: set[str] = set()
        self._at_ends: list[Facts] = []

    def recorded(self) -> Recorded:
        """What the function records on every way that ends well, and on some."""
        at_the_end = self._through(self._function.body, NONE)
        if at_the_end is not None:
            self._at_ends.append(at_the_end)
        always = frozenset[str].intersection(*self._at_ends) if self._at_ends else NONE
        return Recorded(always, frozenset(self._seen) - always)

    def _through(self, body: Sequence[ast.stmt], before: Facts) -> Facts | None:
        """What was recorded when these statements are over; None if that is never."""
        now: Facts | None = before
        for statement in body:
            if now is None:
                break
            now = self._past(statement, now)
        return now

    def _past(self, statement: ast.stmt, before: Facts) -> Facts | None:
        """As `_through`, for one statement."""
        for expression in _evaluated_first(statement):
            before |= self._of(expression)
        if isinstance(statement, ast.Return):
            self._at_ends.append(before)
        if isinstance(statement, ast.Return | ast.Raise):
            return None
        return _either(*(self._through(body, before) for body in self._ways(statement, before)))

    def _ways(self, statement: ast.stmt, before: Facts) -> list[list[ast.stmt]]:
        """The bodies by one of which a statement is passed; others may be run on the way."""
        if isinstance(statement, ast.If):
            return [statement.body, statement.orelse]
        if isinstance(statement, ast.For | ast.While):
            self._through(statement.body, before)
            return [statement.orelse]
        if isinstance(statement, ast.With):
            return [statement.body]
        if isinstance(statement, ast.Try):
            whole = [*statement.body, *statement.orelse]
            ways = [whole, *(handler.body for handler in statement.handlers)]
            return [[*way, *statement.finalbody] for way in ways]
        if isinstance(statement, ast.Match):
            return [[], *(case.body for case in statement.cases)]
        if isinstance(statement, ast.FunctionDef):  # who is given it may call it
            self._through(statement.body, before)
        return [[]]

    def _of(self, node: ast.AST, *, is_certain: bool = True) -> Facts:
        """What an expression surely records; whatever it may record is noted as seen."""
        sure: set[str] = set()
        if isinstance(node, ast.Call):
            recorded = self._of_call(node)
            self._seen |= recorded.always | recorded.sometimes
            if is_certain:
                sure |= recorded.always
        is_certain = is_certain and not isinstance(node, _CONDITIONAL)
        for child in ast.iter_child_nodes(node):
            sure |= self._of(child, is_certain=is_certain)
        return frozenset(sure)

    def _of_call(self, call: ast.Call) -> Recorded:
        arguments = [*call.args, *(keyword.value for keyword in call.keywords)]
        if self._named(call.func) == "chassis.messaging.outbox.record":
            made = [self._made_by(argument) for argument in arguments[1:]]
            always = frozenset[str]().union(*(facts for facts in made if len(facts) == 1))
            optional = frozenset[str]().union(
                *(self._optional(argument) for argument in arguments[1:])
            )
            return Recorded(always - optional, frozenset[str]().union(*made))
        called = [
            recorded_by(self._source, module, function)
            for module, function in self._functions(call.func)
        ]
        always = called[0].always if len(called) == 1 else NONE
        sometimes = frozenset[str]().union(
            *(recorded.always | recorded.sometimes for recorded in called)
        )
        if sometimes & PASSED:
            passed = frozenset[str]().union(*(self._made_by(argument) for argument in arguments))
            return Recorded(always - PASSED, (sometimes - PASSED) | passed)
        return Recorded(always, sometimes - always)

    def _made_by(self, node: ast.AST, looked_at: Facts = NONE) -> Facts:
        """The facts that an expression may give."""
        if isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in self._source.families:
                return self._source.families[name]
            functions = self._functions(node.func)
            if functions:
                return self._annotated([function.returns for _, function in functions])
        if isinstance(node, ast.Name | ast.Attribute):
            name = ast.unparse(node)
            return NONE if name in looked_at else self._held_by(name, looked_at | {name})
        made = [self._made_by(child, looked_at) for child in ast.iter_child_nodes(node)]
        return frozenset[str]().union(*made)

    def _held_by(self, name: str, looked_at: Facts) -> Facts:
        """The facts that a variable may hold."""
        found = [self._made_by(source, looked_at) for source in self._sources_of(name)]
        for function, added in self._source.kept[self._module, name]:
            adding = _Walk(self._source, self._module, function)
            found.append(adding._made_by(added, looked_at))  # its own class
        for annotation in self._annotations_of(name):
            is_any = "Event" in names_in(annotation)
            found.append(PASSED if is_any else self._annotated([annotation]))
        return frozenset[str]().union(*found)

    def _sources_of(self, name: str) -> Iterator[ast.expr]:
        """What a variable is given in this function."""
        for node in ast.walk(self._function):
            if isinstance(node, ast.Assign):
                targets, value = node.targets, node.value
            elif isinstance(node, ast.For | ast.comprehension):
                targets, value = [node.target], node.iter
            elif isinstance(node, ast.NamedExpr):
                targets, value = [node.target], node.value
            else:
                continue
            if name in {ast.unparse(part) for target in targets for part in ast.walk(target)}:
                yield value

    def _annotations_of(self, name: str) -> Iterator[ast.expr]:
        arguments = self._function.args
        for argument in (*arguments.args, *arguments.kwonlyargs):
            if argument.arg == name and argument.annotation:
                yield argument.annotation

    def _optional(self, node: ast.AST) -> Facts:
        """Of the facts that an argument of `record` may give, those that it need not."""
        if isinstance(node, (ast.Starred, *_CONDITIONAL)):
            return self._made_by(node)
        sources = [node]
        if isinstance(node, ast.Name):
            if f"assert {node.id} is not None" in ast.unparse(self._function):
                return NONE
            sources += self._sources_of(node.id)
        returned = [
            function.returns
            for source in sources
            if isinstance(source, ast.Call)
            for _, function in self._functions(source.func)
        ]
        optional = [found for found in returned if found and "None" in ast.unparse(found)]
        return self._annotated(optional)

    def _annotated(self, annotations: Iterable[ast.expr | None]) -> Facts:
        names = {name for annotation in annotations if annotation for name in names_in(annotation)}
        return frozenset[str]().union(*(self._source.families.get(name, NONE) for name in names))

    def _functions(self, called: ast.expr) -> list[tuple[str, Function]]:
        """The functions of this service that a call may mean."""
        module, _, name = (self._named(called) or "").rpartition(".")
        if name in self._source.modules.get(module, {}):
            return [(module, self._source.modules[module][name])]
        if isinstance(called, ast.Attribute):
            methods = self._source.methods.get(called.attr, {})
            classes = self._classes_of(called.value) & methods.keys()
            return [methods[class_name] for class_name in sorted(classes or methods)]
        return []

    def _classes_of(self, node: ast.AST, looked_at: Facts = NONE) -> set[str]:
        """The names of the classes of which an expression may be, and others."""
        found = names_in(node)
        for name in found - looked_at:
            for source in (*self._sources_of(name), *self._annotations_of(name)):
                found = found | self._classes_of(source, looked_at | {name})
        for call in [part for part in ast.walk(node) if isinstance(part, ast.Call)]:
            module, _, name = (self._named(call.func) or "").rpartition(".")
            function = self._source.modules.get(module, {}).get(name)
            if function and function.returns:
                found = found | names_in(function.returns)
        return found

    def _named(self, called: ast.expr) -> str | None:
        """The full name of what is called, where it is imported or stands in this module."""
        first, _, rest = ast.unparse(called).partition(".")
        imported = self._source.imports[self._module].get(first)
        if imported:
            return f"{imported}.{rest}" if rest else imported
        return None if rest else f"{self._module}.{first}"


def _evaluated_first(statement: ast.stmt) -> list[ast.expr]:
    """The expressions of a statement but for those in its bodies."""
    if isinstance(statement, ast.With):
        return [item.context_expr for item in statement.items]
    return [child for child in ast.iter_child_nodes(statement) if isinstance(child, ast.expr)]


def _either(*ends: Facts | None) -> Facts | None:
    reached = [end for end in ends if end is not None]
    return frozenset[str].intersection(*reached) if reached else None
