"""Bills on paper and in workbooks: the same facts as the page, with the time they were true."""

from sertakan.contributions.documents.letter import bill_pdf, check_text, donor_slip_pdf
from sertakan.contributions.documents.workbook import bill_workbook

__all__ = ["bill_pdf", "bill_workbook", "check_text", "donor_slip_pdf"]
