"""The booking data of all invoices of a batch in one ZIP, each file tied to its invoice and original by a manifest."""

import hashlib
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, BinaryIO

from reimburse.export.booking import UNVERIFIED, booked, booking_xml
from reimburse.export.booking_forms import form_of
from reimburse.export.chart import Chart
from reimburse.export.package import MANIFEST, manifest_bytes, safe_name, zip_entry
from reimburse.export.rows import InvoiceUse, LineRow
from reimburse.export.voucher_rows import VoucherHead


class BookingZip:
    """Takes the claims of a batch one by one; invoices that have no instance are left out."""

    def __init__(self, target: BinaryIO, head: VoucherHead, chart: Chart, made_on: date, made_at: datetime) -> None:
        self._archive = zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED)
        self._head, self._chart, self._made_on, self._made_at = head, chart, made_on, made_at
        self._listed: list[dict[str, Any]] = []

    def add(self, entry_number: int, lines: Sequence[LineRow], invoices: Sequence[InvoiceUse]) -> None:
        """A claim that the entry of this number books."""
        taken = {use.key: use.taken for use in invoices}
        voucher_no = f"{self._head.batch_no}-{entry_number:03}"
        for use in invoices:
            form = form_of(use)
            if form is None:
                continue
            how = booked(use, lines, taken, self._chart, voucher_no, self._made_on)
            data = booking_xml(form, use, how, self._head.legal_entity, self._head.tax_id)
            name = f"{safe_name(f'{use.row:05}_{use.claim_no}_{form.name}_{use.key}')}.xml"
            self._archive.writestr(zip_entry(name, self._made_at), data, zipfile.ZIP_DEFLATED)
            told = {"claim_no": use.claim_no, "invoice": use.key, "form": form.name, "original_sha256": use.sha256}
            digest = hashlib.sha256(data).hexdigest()
            self._listed.append({"name": name, "sha256": digest, "size": len(data), **told})

    def close(self) -> None:
        """The manifest ends the archive."""
        head = {"batch_no": self._head.batch_no, "tax_id": self._head.tax_id, "unverified": list(UNVERIFIED)}
        entry = zip_entry(MANIFEST, self._made_at)
        self._archive.writestr(entry, manifest_bytes(head, self._listed), zipfile.ZIP_DEFLATED)
        self._archive.close()
