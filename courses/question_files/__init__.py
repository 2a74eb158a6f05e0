"""Questions as teachers have them in files, read and written; nothing is stored here."""

from courses.question_files.blocks import lost_of, to_blocks
from courses.question_files.from_blocks import fingerprint, to_items
from courses.question_files.items import Item, Option, Pair, QuestionFile
from courses.question_files.moodle_writing import write_moodle_xml
from courses.question_files.reading import read_questions
from courses.question_files.writing import write_gift, write_xlsx

__all__ = [
    "Item",
    "Option",
    "Pair",
    "QuestionFile",
    "fingerprint",
    "lost_of",
    "read_questions",
    "to_blocks",
    "to_items",
    "write_gift",
    "write_moodle_xml",
    "write_xlsx",
]
