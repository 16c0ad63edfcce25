"""The faults of a report, described so that the sender can fix them."""

from dataclasses import dataclass

from chassis.i18n.text import Translatable, translatable

FAULT_LIMIT = 1_000
_LONGEST_VALUE_SHOWN = 80


@dataclass(frozen=True)
class Fault:
    """One fault in a report: its place, the problem and what to do about it.

    `row` is the row number in a spreadsheet: the header is row 1.
    `row` and `column` are None where the fault does not belong to one row or one column.
    `value` is the subject of `problem`; without a value, the place is.
    """

    file: str
    row: int | None
    column: str | None
    value: str | None
    problem: Translatable
    cure: Translatable

    def __str__(self) -> str:
        where = self.file
        if self.row is not None:
            where += f", row {self.row}"
        if self.column is not None:
            where += f", column {self.column}"
        subject = "" if self.value is None else f'"{self.value}" '
        return f"{where}: {subject}{self.problem}. {self.cure}"


class ReportRefused(Exception):
    """A report is refused; `faults` says why, and `more` counts the faults beyond the limit."""

    def __init__(self, faults: tuple[Fault, ...], more: int = 0) -> None:
        super().__init__(faults, more)
        self.faults = faults
        self.more = more

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.more:
            listed, more = f"{len(self.faults):,}", f"{self.more:,}"
            lines.append(
                translatable(
                    "Faults found beyond these {listed}: {more}.", listed=listed, more=more
                )
            )
        return "\n".join(lines)


class FaultList:
    """The faults found so far; reading continues, so that a district gets all of them at once."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._more = 0

    def add(
        self,
        file: str,
        row: int | None,
        column: str | None,
        value: str | None,
        problem: Translatable,
        cure: Translatable,
    ) -> None:
        """Record one fault; beyond `FAULT_LIMIT` it is only counted."""
        if len(self._faults) >= FAULT_LIMIT:
            self._more += 1
            return
        if value is not None and len(value) > _LONGEST_VALUE_SHOWN:
            value = value[:_LONGEST_VALUE_SHOWN] + "…"
        self._faults.append(Fault(file, row, column, value, problem, cure))

    def count(self, number: int) -> None:
        """Count faults that are not listed one by one."""
        self._more += number

    def refusal(self) -> ReportRefused:
        """Return the refusal with every recorded fault, for the caller to raise."""
        return ReportRefused(tuple(self._faults), self._more)

    def refuse_if_any(self) -> None:
        """Raise `ReportRefused` if a fault was recorded."""
        if self._faults:
            raise self.refusal()
