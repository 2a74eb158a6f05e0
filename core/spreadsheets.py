"""Cells that no spreadsheet program runs (S-CSV-1), in our files and in Wagtail's."""

from typing import Any

from wagtail.admin.views.mixins import SpreadsheetExportMixin

# A cell that begins so is run as a formula by spreadsheet programs; full-width forms
# are folded to these by some of them.
FULL_WIDTH = ("\uff1d", "\uff0b", "\uff0d", "\uff20")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", *FULL_WIDTH)


def safe_cell(value: object) -> str:
    """The value as text that no spreadsheet program takes for a formula."""
    text = str(value)
    # Most cells begin with a letter; these need no second look.
    if text[:1].isalpha():
        return text
    is_formula = text.startswith(FORMULA_STARTS) or text.lstrip().startswith(
        FORMULA_STARTS
    )
    return f"'{text}" if is_formula else text


def guard_admin_exports() -> None:
    """The CSV files of Wagtail's lists and reports get the same cells as ours.

    Wagtail itself leaves formulas to the spreadsheet program; its .xlsx are typed.
    """

    def write_csv_row(view: Any, writer: Any, row_dict: dict[str, Any]) -> Any:
        return writer.writerow(
            {
                field: _guarded(view.preprocess_field_value(field, value, "csv"))
                for field, value in row_dict.items()
            }
        )

    SpreadsheetExportMixin.write_csv_row = write_csv_row


def _guarded(cell: Any) -> Any:
    """Numbers and nothing stay what they are: «-1» of a column of numbers is no formula."""
    return cell if cell is None or isinstance(cell, int | float) else safe_cell(cell)
