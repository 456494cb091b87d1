"""What an import brought, and what it had to leave out."""

from dataclasses import dataclass

from jobs.importers.csv_table import UnreadableRow
from jobs.importers.inbox_file import InboxFile

# A reader looks at the first few to see what is wrong; the count says how often.
_ROWS_SHOWN = 20


@dataclass(frozen=True)
class ImportReport:
    """The files put into the inbox, the rows that could not be read, and what else the owner should know."""

    files: tuple[InboxFile, ...]
    unreadable: tuple[UnreadableRow, ...]
    remarks: tuple[str, ...] = ()

    def lines(self) -> list[str]:
        """The report in sentences, for a person."""
        told = [f"{file.feed}: {file.line_count:,} lines in {file.path.name}" for file in self.files]
        told += self.remarks
        if self.unreadable:
            told.append(f"{len(self.unreadable):,} rows or entries could not be read and were left out:")
            told += [f"  {row.file}, row {row.number}: {row.reason}" for row in self.unreadable[:_ROWS_SHOWN]]
        if len(self.unreadable) > _ROWS_SHOWN:
            told.append(f"  … and {len(self.unreadable) - _ROWS_SHOWN:,} more.")
        return told
