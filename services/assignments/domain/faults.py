"""What is wrong with a report, told so that the person who sent it can put it right."""

from dataclasses import dataclass

from chassis.i18n.text import Translatable, translatable

FAULT_LIMIT = 1_000
_LONGEST_VALUE_TOLD = 80


@dataclass(frozen=True)
class Fault:
    """One thing wrong in a report, where it stands, and what to do about it.

    `row` is the row a spreadsheet shows: the header is row 1.
    `row` and `column` are None where the fault is not one row's or one column's.
    `value` is the subject of `problem`; without one the place is.
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
    """A report cannot be read; `faults` tells why, and `more` counts those beyond the limit."""

    def __init__(self, faults: tuple[Fault, ...], more: int = 0) -> None:
        super().__init__(faults, more)
        self.faults = faults
        self.more = more

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        if self.more:
            told, more = f"{len(self.faults):,}", f"{self.more:,}"
            lines.append(
                translatable("Faults found beyond these {told}: {more}.", told=told, more=more)
            )
        return "\n".join(lines)


class FaultList:
    """The faults found so far: reading goes on, so that a district hears of all at once."""

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
        """Note one fault; beyond `FAULT_LIMIT` it is only counted."""
        if len(self._faults) >= FAULT_LIMIT:
            self._more += 1
            return
        if value is not None and len(value) > _LONGEST_VALUE_TOLD:
            value = value[:_LONGEST_VALUE_TOLD] + "…"
        self._faults.append(Fault(file, row, column, value, problem, cure))

    def count(self, number: int) -> None:
        """Count faults that are not told one by one."""
        self._more += number

    def refusal(self) -> ReportRefused:
        """Return the refusal that tells every fault noted, to be raised."""
        return ReportRefused(tuple(self._faults), self._more)

    def refuse_if_any(self) -> None:
        """Raise `ReportRefused` if a fault was noted."""
        if self._faults:
            raise self.refusal()
